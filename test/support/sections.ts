import { customSection as writeCustom } from "../../pdk-ts/src/build/wasm/sections.ts";
import { readSections, writeSections } from "../../pdk-ts/src/build/wasm/sections.ts";

const CUSTOM = 0;

/** The module with one more custom section, behind all others. */
export function customSection(module: Uint8Array, name: string, text: string): Uint8Array {
  const section = writeCustom(name, new TextEncoder().encode(text));
  return writeSections([...readSections(module), section]);
}

/** The module without its custom sections of that name. */
export function withoutSection(module: Uint8Array, name: string): Uint8Array {
  const kept = readSections(module).filter(
    ({ id, body }) =>
      id !== CUSTOM || Buffer.from(body).toString("latin1", 1, 1 + name.length) !== name,
  );
  return writeSections(kept);
}

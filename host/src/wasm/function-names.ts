import { BackworksError } from "../lib/errors.ts";
import { ByteReader } from "./binary/byte-reader.ts";
import { readCustomSectionBody } from "./binary/custom-section.ts";
import { openSection } from "./binary/module.ts";
import type { ModuleIndex } from "./module-index.ts";

/** Core spec 7.4.1: the subsection with the names of functions. */
const FUNCTION_NAMES = 1;

/**
 * What people call functions, by index: imports by what they are imported as, others by the name
 * section. Nobody checks that section: one that cannot be read names nothing more.
 */
export function readFunctionNames(index: ModuleIndex): Map<number, string> {
  const names = new Map<number, string>();
  const imported = index.imports.filter(({ kind }) => kind === "func");
  for (const [own, { module, name }] of imported.entries()) names.set(own, `${module} ${name}`);
  for (const section of index.sections) {
    if (section.kind !== "custom") continue;
    const custom = readCustomSectionBody(openSection(index, section));
    if (custom.name === "name") readNames(custom.bytes, names);
  }
  return names;
}

function readNames(bytes: Uint8Array, names: Map<number, string>): void {
  try {
    const reader = new ByteReader(bytes);
    while (reader.left > 0) {
      const id = reader.u8();
      const content = new ByteReader(reader.take(reader.u32()));
      if (id !== FUNCTION_NAMES) continue;
      content.list(() => {
        const index = content.u32();
        const name = content.name();
        if (!names.has(index)) names.set(index, name);
      });
    }
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
  }
}

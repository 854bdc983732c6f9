import { readImports, writeImports } from "../build/wasm/imports.ts";
import { replaceSections, readSections, SECTION } from "../build/wasm/sections.ts";
import { sectionBody, writeSections } from "../build/wasm/sections.ts";

/** Gives each imported function and memory the module that `moduleOf` names for it. */
export function renameImports(
  bytes: Uint8Array,
  moduleOf: (module: string, name: string) => string,
): Uint8Array {
  const sections = readSections(bytes);
  const renamed = readImports(sectionBody(sections, SECTION.import)).map((entry) => ({
    ...entry,
    module: moduleOf(entry.module, entry.name),
  }));
  return writeSections(
    replaceSections(sections, new Map([[SECTION.import, writeImports(renamed)]])),
  );
}

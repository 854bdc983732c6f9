import { ByteWriter } from "./binary/byte-writer.ts";
import { findSection, openSection } from "./binary/module.ts";
import { readImport } from "./binary/import-section.ts";
import type { ModuleIndex } from "./module-index.ts";

/**
 * The body of the import section with other names for the modules that imports come from: so that
 * `wasi_snapshot_preview1` is the host's own, whatever a loader thinks it knows by that name.
 */
export function renameImports(
  index: ModuleIndex,
  names: ReadonlyMap<string, string>,
): Uint8Array | undefined {
  const section = findSection(index, "import");
  if (section === undefined) return undefined;
  const reader = openSection(index, section);
  const writer = new ByteWriter(section.end - section.bodyStart + 1024);
  const count = reader.count();
  writer.u32(count);
  for (let item = 0; item < count; item++) {
    const start = reader.offset;
    const module = reader.name();
    const rest = reader.offset;
    reader.offset = start;
    readImport(reader);
    writer.name(names.get(module) ?? module);
    writer.copy(index.bytes, rest, reader.offset);
  }
  return writer.finish();
}

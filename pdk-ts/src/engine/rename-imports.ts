import { ByteReader } from "../build/wasm/byte-reader.ts";
import { ByteWriter } from "../build/wasm/byte-writer.ts";
import { replaceSections, readSections, SECTION } from "../build/wasm/sections.ts";
import { sectionBody, writeSections } from "../build/wasm/sections.ts";

const FUNCTION = 0x00;
const MEMORY = 0x02;

/** Gives each imported function and memory the module that `moduleOf` names for it. */
export function renameImports(
  bytes: Uint8Array,
  moduleOf: (module: string, name: string) => string,
): Uint8Array {
  const sections = readSections(bytes);
  const reader = new ByteReader(sectionBody(sections, SECTION.import));
  const imports = reader.list(() => {
    const module = reader.name();
    const name = reader.name();
    const start = reader.offset;
    skipDescription(reader);
    return { module: moduleOf(module, name), name, description: reader.since(start) };
  });
  const writer = new ByteWriter();
  writer.list(imports, ({ module, name, description }) => {
    writer.name(module).name(name).bytes(description);
  });
  return writeSections(replaceSections(sections, new Map([[SECTION.import, writer.finish()]])));
}

function skipDescription(reader: ByteReader): void {
  const kind = reader.byte();
  if (kind === FUNCTION) {
    reader.skipInteger();
  } else if (kind === MEMORY) {
    const hasMaximum = reader.byte() !== 0;
    reader.skipInteger();
    if (hasMaximum) reader.skipInteger();
  } else {
    throw new Error(`quickjs.wasm and the glue import functions and memory only, not kind ${kind}`);
  }
}

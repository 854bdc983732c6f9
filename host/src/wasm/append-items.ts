import { ByteWriter } from "./binary/byte-writer.ts";
import { findSection, openSection, type SectionKind, type WasmModule } from "./binary/module.ts";

/** The body of a section with items added behind those it had. */
export function appendItems(
  module: WasmModule,
  kind: SectionKind,
  added: number,
  write: (writer: ByteWriter) => void,
): Uint8Array {
  const writer = new ByteWriter();
  const section = findSection(module, kind);
  if (section === undefined) writer.u32(added);
  else {
    const reader = openSection(module, section);
    writer.u32(reader.count() + added);
    writer.copy(module.bytes, reader.offset, reader.end);
  }
  write(writer);
  return writer.finish();
}

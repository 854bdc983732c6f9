import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Core spec 5.5.10: the tag byte of an export is its kind's place in this list. */
const KINDS = ["func", "table", "memory", "global", "tag"] as const;

export type ExportKind = (typeof KINDS)[number];

export interface Export {
  readonly name: string;
  readonly kind: ExportKind;
  readonly index: number;
}

/** Reads the body of an export section. Two exports of one name are malformed. */
export function readExportSection(reader: ByteReader): Export[] {
  const names = new Set<string>();
  const exports = reader.list(() => {
    const start = reader.offset;
    const name = reader.name();
    if (names.has(name)) throw reader.malformed(`two exports named ${JSON.stringify(name)}`, start);
    names.add(name);
    return { name, kind: readKind(reader), index: reader.u32() };
  });
  reader.expectEnd("the export section");
  return exports;
}

export function writeExport(writer: ByteWriter, entry: Export): void {
  writer.name(entry.name);
  writer.u8(KINDS.indexOf(entry.kind));
  writer.u32(entry.index);
}

function readKind(reader: ByteReader): ExportKind {
  const byte = reader.u8();
  const kind = KINDS[byte];
  if (kind === undefined) throw reader.malformed(`${byte} is no kind of export`, reader.offset - 1);
  return kind;
}

import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

/** Core spec 5.5.10: the tag byte of an export is its kind's place in this list. */
const KINDS = ["func", "table", "memory", "global"] as const;

export interface Export {
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  readonly index: number;
}

export function readExports(body: Uint8Array): Export[] {
  const reader = new ByteReader(body);
  return reader.list(() => {
    const name = reader.name();
    const kind = KINDS[reader.byte()];
    if (kind === undefined) throw new Error(`the export ${name} has an unknown kind`);
    return { name, kind, index: reader.u32() };
  });
}

export function writeExports(exports: readonly Export[]): Uint8Array {
  const writer = new ByteWriter();
  writer.list(exports, ({ name, kind, index }) => {
    writer.name(name).byte(KINDS.indexOf(kind)).u32(index);
  });
  return writer.finish();
}

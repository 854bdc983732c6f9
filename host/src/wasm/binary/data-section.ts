import type { ByteReader } from "./byte-reader.ts";
import { readConstExpression } from "./const-expression.ts";

export interface DataSegment {
  readonly mode: "active" | "passive";
  readonly bytes: Uint8Array;
}

/** Core spec 5.5.14: how a segment opens. */
const ACTIVE = 0;
const PASSIVE = 1;
const ACTIVE_IN_MEMORY = 2;

export function readDataSection(reader: ByteReader): DataSegment[] {
  const segments = reader.list((): DataSegment => {
    const start = reader.offset;
    const opening = reader.u32();
    if (opening === ACTIVE_IN_MEMORY) reader.u32();
    else if (opening !== ACTIVE && opening !== PASSIVE) {
      throw reader.malformed(`${opening} opens no data segment`, start);
    }
    if (opening !== PASSIVE) readConstExpression(reader);
    const bytes = reader.take(reader.u32());
    return { mode: opening === PASSIVE ? "passive" : "active", bytes };
  });
  reader.expectEnd("the data section");
  return segments;
}

import type { ByteReader } from "./byte-reader.ts";
import { readValueType } from "./value-type.ts";

/** Where a function's body lies in the file: its locals, then its instructions with `end`. */
export interface CodeRange {
  readonly start: number;
  readonly end: number;
}

/** Finds the bodies; nothing inside them is looked at. */
export function readCodeSection(reader: ByteReader): CodeRange[] {
  const bodies = reader.list(() => {
    const size = reader.u32();
    const start = reader.pass(size);
    return { start, end: start + size };
  });
  reader.expectEnd("the code section");
  return bodies;
}

/** Reads the declarations that open a body and says how many locals they make. */
export function readLocalCount(reader: ByteReader): number {
  let count = 0;
  reader.list(() => {
    count += reader.u32();
    readValueType(reader);
  });
  return count;
}

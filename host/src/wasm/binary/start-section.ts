import type { ByteReader } from "./byte-reader.ts";

/** The index of the function that runs when the module is instantiated. */
export function readStartSection(reader: ByteReader): number {
  const index = reader.u32();
  reader.expectEnd("the start section");
  return index;
}

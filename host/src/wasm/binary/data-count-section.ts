import type { ByteReader } from "./byte-reader.ts";

/** How many data segments there are: announced before the code, so that one pass can check it. */
export function readDataCountSection(reader: ByteReader): number {
  const count = reader.u32();
  reader.expectEnd("the data count section");
  return count;
}

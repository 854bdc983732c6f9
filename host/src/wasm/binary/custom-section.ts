import type { ByteReader } from "./byte-reader.ts";

export interface CustomSection {
  readonly name: string;
  /** A view into the module. */
  readonly bytes: Uint8Array;
}

export function readCustomSectionBody(reader: ByteReader): CustomSection {
  const name = reader.name();
  return { name, bytes: reader.take(reader.left) };
}

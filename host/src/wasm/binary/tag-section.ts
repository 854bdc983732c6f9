import type { ByteReader } from "./byte-reader.ts";

/** The index of the function type whose parameters an exception carries. */
export function readTagType(reader: ByteReader): number {
  const attribute = reader.u8();
  if (attribute !== 0) throw reader.malformed(`${attribute} is no tag`, reader.offset - 1);
  return reader.u32();
}

export function readTagSection(reader: ByteReader): number[] {
  const types = reader.list(() => readTagType(reader));
  reader.expectEnd("the tag section");
  return types;
}

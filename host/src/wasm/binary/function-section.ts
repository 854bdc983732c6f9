import type { ByteReader } from "./byte-reader.ts";

/** The type index of each function the module defines; their bodies are in the code section. */
export function readFunctionSection(reader: ByteReader): number[] {
  const types = reader.list(() => reader.u32());
  reader.expectEnd("the function section");
  return types;
}

import type { ByteReader } from "./byte-reader.ts";
import { readLimits, writeLimits, type Limits } from "./limits.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Sizes are pages of 64 KiB. */
export type MemoryType = Limits;

export function readMemoryType(reader: ByteReader): MemoryType {
  return readLimits(reader);
}

export function readMemorySection(reader: ByteReader): MemoryType[] {
  const memories = reader.list(() => readMemoryType(reader));
  reader.expectEnd("the memory section");
  return memories;
}

export function writeMemory(writer: ByteWriter, memory: MemoryType): void {
  writeLimits(writer, memory);
}

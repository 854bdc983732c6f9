import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

export const PAGE_BYTES = 65_536;

const ACTIVE_IN_MEMORY_0 = 0x00;
const I32_CONST = 0x41;
const END = 0x0b;

/** A new segment costs about this many bytes: a shorter run of zeros is cheaper written out. */
const SEGMENT_COST_BYTES = 12;

export interface Segment {
  readonly start: number;
  readonly end: number;
}

/** A memory section with one memory. */
export function writeMemory(pages: number, pagesMax: number): Uint8Array {
  return new ByteWriter().u32(1).byte(0x01).u32(pages).u32(pagesMax).finish();
}

/** Whether every segment is copied at instantiation, so that the section may be replaced whole. */
export function hasOnlyActiveData(body: Uint8Array): boolean {
  const reader = new ByteReader(body);
  const flags = reader.list(() => {
    const flag = reader.byte();
    if (flag !== ACTIVE_IN_MEMORY_0) return flag;
    if (reader.byte() !== I32_CONST) return -1;
    reader.skipInteger();
    reader.byte();
    reader.bytes(reader.u32());
    return flag;
  });
  return flags.every((flag) => flag === ACTIVE_IN_MEMORY_0);
}

/** The runs of memory that are not zero, with short gaps between them bridged. */
export function segmentsOf(memory: Uint8Array): Segment[] {
  const words = new BigUint64Array(memory.buffer, memory.byteOffset, memory.length >> 3);
  const segments: Segment[] = [];
  let start = -1;
  let end = -1;
  for (let word = 0; word < words.length; word++) {
    if (words[word] === 0n) continue;
    for (let at = word * 8; at < word * 8 + 8; at++) {
      if (memory[at] === 0) continue;
      if (start >= 0 && at - end > SEGMENT_COST_BYTES) {
        segments.push({ start, end });
        start = -1;
      }
      if (start < 0) start = at;
      end = at + 1;
    }
  }
  if (start >= 0) segments.push({ start, end });
  return segments;
}

/** A data section that brings `memory` back. */
export function writeData(memory: Uint8Array, segments: readonly Segment[]): Uint8Array {
  const writer = new ByteWriter();
  writer.list(segments, ({ start, end }) => {
    writer.byte(ACTIVE_IN_MEMORY_0, I32_CONST).s32(start).byte(END);
    writer.u32(end - start).bytes(memory.subarray(start, end));
  });
  return writer.finish();
}

export function writeDataCount(segments: readonly Segment[]): Uint8Array {
  return new ByteWriter().u32(segments.length).finish();
}

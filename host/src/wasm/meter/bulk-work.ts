import type { ByteReader } from "../binary/byte-reader.ts";
import { BULK } from "../instructions.ts";
import type { ModuleIndex } from "../module-index.ts";
import type { Costs } from "./costs.ts";

/** What the operand on top of the stack counts. */
export const WORK = { bytes: 0, elements: 1, pages: 2, slots: 3 } as const;

export interface BulkWork {
  readonly work: number;
  /** The operand has 64 bits. */
  readonly wide: boolean;
}

/** Growing may fail, and then costs nothing: it is charged afterwards. */
export function isGrowth(work: number): boolean {
  return work === WORK.pages || work === WORK.slots;
}

/** Units for each thing counted, as a shift. */
export function shiftOf(costs: Costs, work: number): number {
  if (work === WORK.bytes) return costs.byteShift;
  return work === WORK.pages ? costs.pageShift : costs.elementShift;
}

export function shiftBy(count: number, shift: number): number {
  return shift < 0 ? count >>> -shift : count << shift;
}

/**
 * Reads what follows a bulk instruction, or nothing when it is not one. The operand of a copy is
 * as wide as the narrower of its two sides; what is copied out of a segment always has 32 bits.
 */
export function readBulkWork(
  reader: ByteReader,
  opcode: number,
  index: ModuleIndex,
): BulkWork | undefined {
  const { wideMemories, wideTables } = index;
  switch (opcode) {
    case BULK.memoryFill:
      return { work: WORK.bytes, wide: wideMemories[reader.u32()] === true };
    case BULK.tableFill:
      return { work: WORK.elements, wide: wideTables[reader.u32()] === true };
    case BULK.tableGrow:
      return { work: WORK.slots, wide: wideTables[reader.u32()] === true };
    case BULK.memoryCopy:
      return { work: WORK.bytes, wide: areBothWide(reader, wideMemories) };
    case BULK.tableCopy:
      return { work: WORK.elements, wide: areBothWide(reader, wideTables) };
    case BULK.memoryInit:
    case BULK.tableInit:
      reader.skipInteger();
      reader.skipInteger();
      return { work: opcode === BULK.memoryInit ? WORK.bytes : WORK.elements, wide: false };
    default:
      return undefined;
  }
}

function areBothWide(reader: ByteReader, wide: readonly boolean[]): boolean {
  const to = reader.u32();
  const from = reader.u32();
  return wide[to] === true && wide[from] === true;
}

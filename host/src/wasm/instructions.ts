import type { ByteReader } from "./binary/byte-reader.ts";
import { readValueType } from "./binary/value-type.ts";

/** Opcodes that somebody here reads or writes by name; core spec 5.4. */
export const OP = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  try: 0x06,
  catch: 0x07,
  throw: 0x08,
  rethrow: 0x09,
  throwRef: 0x0a,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  returnCall: 0x12,
  returnCallIndirect: 0x13,
  callRef: 0x14,
  returnCallRef: 0x15,
  delegate: 0x18,
  catchAll: 0x19,
  drop: 0x1a,
  select: 0x1b,
  tryTable: 0x1f,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableGet: 0x25,
  tableSet: 0x26,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Ne: 0x47,
  i64Ne: 0x52,
  i64LtS: 0x53,
  i64LeU: 0x58,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64Shl: 0x86,
  i64ShrU: 0x88,
  i64ExtendI32U: 0xad,
  i64TruncF64S: 0xb0,
  f64ConvertI64S: 0xb9,
  refIsNull: 0xd1,
  refFunc: 0xd2,
  brOnNull: 0xd5,
  brOnNonNull: 0xd6,
  gcPrefix: 0xfb,
  bulkPrefix: 0xfc,
  simdPrefix: 0xfd,
  atomicPrefix: 0xfe,
} as const;

/** The type of a block that takes and leaves nothing. */
export const EMPTY_BLOCK = 0x40;

/** Opcodes behind `OP.bulkPrefix` that work through a number of bytes or elements. */
export const BULK = {
  memoryInit: 8,
  memoryCopy: 10,
  memoryFill: 11,
  tableInit: 12,
  tableCopy: 14,
  tableGrow: 15,
  tableFill: 17,
} as const;

/**
 * What follows an opcode, the simple and frequent first. `control` instructions are read by the
 * scanner itself.
 */
export const IMMEDIATE = {
  none: 0,
  index: 1,
  memory: 2,
  twoIndices: 3,
  memoryLane: 4,
  bytes1: 5,
  bytes4: 6,
  bytes8: 7,
  bytes16: 8,
  types: 9,
  control: 10,
  unknown: 11,
} as const;

type Immediate = (typeof IMMEDIATE)[keyof typeof IMMEDIATE];
type Row = readonly [first: number, last: number, immediate: Immediate];

const { none, control, index, twoIndices, memory, memoryLane } = IMMEDIATE;
const { bytes1, bytes4, bytes8, bytes16, types } = IMMEDIATE;

/** Integer constants and heap types are skipped like indices: one LEB128 number. */
const PLAIN = table(0x100, [
  [0x00, 0x01, none],
  [0x02, 0x15, control],
  [0x18, 0x19, control],
  [0x1a, 0x1b, none],
  [0x1c, 0x1c, types],
  [0x1f, 0x1f, control],
  [0x20, 0x26, index],
  [0x28, 0x3e, memory],
  [0x3f, 0x3f, index],
  [0x40, 0x40, control],
  [0x41, 0x42, index],
  [0x43, 0x43, bytes4],
  [0x44, 0x44, bytes8],
  [0x45, 0xc4, none],
  [0xd0, 0xd0, index],
  [0xd1, 0xd1, none],
  [0xd2, 0xd2, control],
  [0xd3, 0xd4, none],
  [0xd5, 0xd6, control],
  [0xfb, 0xfe, control],
]);

const PREFIXED: Readonly<Record<number, Uint8Array>> = {
  [OP.gcPrefix]: table(0x1f, [
    [0x00, 0x01, index],
    [0x02, 0x05, twoIndices],
    [0x06, 0x07, index],
    [0x08, 0x0a, twoIndices],
    [0x0b, 0x0e, index],
    [0x0f, 0x0f, none],
    [0x10, 0x10, index],
    [0x11, 0x13, twoIndices],
    [0x14, 0x17, index],
    [0x18, 0x19, control],
    [0x1a, 0x1e, none],
  ]),
  [OP.bulkPrefix]: table(0x17, [
    [0x00, 0x07, none],
    [0x08, 0x08, twoIndices],
    [0x09, 0x09, index],
    [0x0a, 0x0a, twoIndices],
    [0x0b, 0x0b, index],
    [0x0c, 0x0c, twoIndices],
    [0x0d, 0x0d, index],
    [0x0e, 0x0e, twoIndices],
    [0x0f, 0x11, index],
    [0x13, 0x16, none],
  ]),
  [OP.simdPrefix]: table(0x114, [
    [0x00, 0x0b, memory],
    [0x0c, 0x0d, bytes16],
    [0x0e, 0x14, none],
    [0x15, 0x22, bytes1],
    [0x23, 0x53, none],
    [0x54, 0x5b, memoryLane],
    [0x5c, 0x5d, memory],
    [0x5e, 0x113, none],
  ]),
  [OP.atomicPrefix]: table(0x4f, [
    [0x00, 0x02, memory],
    [0x03, 0x03, bytes1],
    [0x10, 0x4e, memory],
  ]),
};

const NO_TABLE = new Uint8Array(0);

/** What follows a one-byte opcode. */
export function immediateOf(opcode: number): number {
  return PLAIN[opcode] ?? IMMEDIATE.unknown;
}

/** What follows an opcode behind a prefix. */
export function immediateBehind(prefix: number, opcode: number): number {
  return (PREFIXED[prefix] ?? NO_TABLE)[opcode] ?? IMMEDIATE.unknown;
}

/** Core spec 5.4.6: this bit of an alignment announces the index of a memory. */
const MEMORY_INDEX_FOLLOWS = 0x40;

/** Says what instructions cost that do nothing else of interest. */
export interface PassedCode {
  /** By opcode. */
  readonly prices: Uint8Array;
  cost: number;
  /** Where the last instruction begins that was passed. */
  last: number;
}

/**
 * Passes instructions that only compute, nearly all of a module. They are read in one loop without
 * calls, since most of a module is read before V8 has optimized anything.
 */
export function passComputation(reader: ByteReader, passed: PassedCode): void {
  const { bytes, end } = reader;
  const { prices } = passed;
  let { offset } = reader;
  while (offset < end) {
    const opcode = bytes[offset] ?? 0;
    const immediate = PLAIN[opcode] ?? IMMEDIATE.unknown;
    if (immediate > IMMEDIATE.memory) break;
    if (immediate === IMMEDIATE.memory && ((bytes[offset + 1] ?? 0) & MEMORY_INDEX_FOLLOWS) !== 0) {
      break;
    }
    passed.cost += prices[opcode] ?? 0;
    passed.last = offset++;
    if (immediate !== IMMEDIATE.none) while ((bytes[offset++] ?? 0) >= 0x80);
    if (immediate === IMMEDIATE.memory) while ((bytes[offset++] ?? 0) >= 0x80);
  }
  reader.offset = offset;
}

/** Skips what follows an opcode. */
export function skipImmediate(reader: ByteReader, immediate: number): void {
  switch (immediate) {
    case IMMEDIATE.none:
      return;
    case IMMEDIATE.index:
      reader.skipInteger();
      return;
    case IMMEDIATE.memory:
    case IMMEDIATE.memoryLane:
      if ((reader.u32() & MEMORY_INDEX_FOLLOWS) !== 0) reader.skipInteger();
      reader.skipInteger();
      if (immediate === IMMEDIATE.memoryLane) reader.skip(1);
      return;
    case IMMEDIATE.twoIndices:
      reader.skipInteger();
      reader.skipInteger();
      return;
    case IMMEDIATE.types:
      reader.list(() => readValueType(reader));
      return;
    default:
      reader.skip(widthOf(reader, immediate));
  }
}

function widthOf(reader: ByteReader, immediate: number): number {
  switch (immediate) {
    case IMMEDIATE.bytes1:
      return 1;
    case IMMEDIATE.bytes4:
      return 4;
    case IMMEDIATE.bytes8:
      return 8;
    case IMMEDIATE.bytes16:
      return 16;
    default:
      throw reader.malformed("an unknown instruction");
  }
}

function table(size: number, rows: readonly Row[]): Uint8Array {
  const immediates = new Uint8Array(size).fill(IMMEDIATE.unknown);
  for (const [first, last, immediate] of rows) immediates.fill(immediate, first, last + 1);
  return immediates;
}

import { OP } from "../instructions.ts";

/**
 * What running code costs, in units of fuel. Prices of work that depends on an operand are powers
 * of two, given as shifts: 3 is 8 units each, -3 is one unit for 8.
 */
export interface Costs {
  /** By opcode; behind a prefix, the prefix's price counts. */
  readonly instruction: Uint8Array;
  /** A saturating conversion on top of its prefix: V8 compiles it to several instructions. */
  readonly convertSaturating: number;
  /** Running a function at all. */
  readonly entry: number;
  /** A bulk instruction on top of its prefix and of what it works through. */
  readonly bulk: number;
  readonly byteShift: number;
  readonly elementShift: number;
  readonly pageShift: number;
}

const DELIMITERS = [OP.nop, OP.block, OP.loop, OP.else, OP.end, OP.drop] as const;
const HANDLERS = [OP.try, OP.catch, OP.delegate, OP.catchAll] as const;

/**
 * Calibrated on V8: one unit is about a third of a nanosecond of simple code, and no instruction
 * costs much more time a unit than another. A page of memory has to be zeroed by the kernel.
 */
export const CALIBRATED_COSTS: Costs = {
  instruction: prices([
    [0, [...DELIMITERS, ...HANDLERS, OP.tryTable]],
    [4, [OP.call, OP.returnCall]],
    [8, [OP.callIndirect, OP.returnCallIndirect]],
    [6, [OP.callRef, OP.returnCallRef]],
    [8, [0x6d, 0x6e, 0x6f, 0x70]], // i32 div and rem
    [12, [0x7f, 0x80, 0x81, 0x82]], // i64 div and rem
    [4, [0x95, 0xa3]], // f32 and f64 div
    [5, [0x91, 0x9f]], // f32 and f64 sqrt
    [4, [0xa8, 0xa9, 0xaa, 0xab, 0xae, 0xaf, 0xb0, 0xb1]], // truncations that may trap
    [10, [OP.tableGet]],
    [100, [OP.tableSet, OP.memoryGrow]],
    [200, [OP.throw, OP.rethrow, OP.throwRef]],
  ]),
  convertSaturating: 3,
  entry: 0,
  bulk: 10,
  byteShift: -3,
  elementShift: 6,
  pageShift: 13,
};

/**
 * Wasmtime's prices (crates/cranelift/src/func_environ.rs): one for an instruction, none for those
 * that compile to nothing, one for entering a function, one a byte or element of bulk work.
 */
export const WASMTIME_COSTS: Costs = {
  instruction: prices([[0, [...DELIMITERS, ...HANDLERS, OP.unreachable, OP.return]]]),
  convertSaturating: 0,
  entry: 1,
  bulk: 0,
  byteShift: 0,
  elementShift: 0,
  pageShift: 0,
};

type Row = readonly [price: number, opcodes: readonly number[]];

function prices(rows: readonly Row[]): Uint8Array {
  const table = new Uint8Array(0x100).fill(1);
  for (const [price, opcodes] of rows) for (const opcode of opcodes) table[opcode] = price;
  return table;
}

import type { Prices } from "./machine.ts";

const FREE = new Set(["nop", "drop", "unreachable", "return"]);

/** Wasmtime's fuel: one for an instruction that compiles to something. */
export const EXACT_PRICES: Prices = {
  of: (instruction) => (FREE.has(instruction) ? 0 : 1),
  entry: 1,
  bytes: (count) => count,
  page: 1,
};

const CALIBRATED: Readonly<Record<string, number>> = {
  nop: 0,
  drop: 0,
  call: 4,
  return_call: 4,
  call_indirect: 8,
  "i32.div_u": 8,
  "i32.rem_u": 8,
  "memory.grow": 100,
  "memory.fill": 11,
  throw: 200,
};

export const CALIBRATED_PRICES: Prices = {
  of: (instruction) => CALIBRATED[instruction] ?? 1,
  entry: 0,
  bytes: (count) => count >>> 3,
  page: 8192,
};

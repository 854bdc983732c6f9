import type { ByteWriter } from "./binary/byte-writer.ts";
import { EMPTY_BLOCK, OP } from "./instructions.ts";

/** Types that the host adds behind a module's own: `() -> ()`, `(f64) -> ()`, `() -> f64`. */
export const ADDED_TYPES = 3;

/**
 * Functions that it adds: one to be called without fuel; one that sets the fuel and one that tells
 * it, as numbers: what JavaScript does with a global of 64 bits takes six times as long.
 */
export const ADDED_FUNCTIONS = 3;

const FUNCTION_TYPE = 0x60;
const F64 = 0x7c;

/** A body without locals and instructions, behind its size. */
const FILLER: Uint8Array = Uint8Array.of(2, 0, OP.end);

/** Where in the index spaces of the module the host's things begin, or stand. */
interface AddedPlaces {
  readonly firstType: number;
  readonly fuelGlobal: number;
  /** A table of one function: what to call without fuel, if it is set. */
  readonly slotTable: number;
}

export function writeAddedTypes(writer: ByteWriter): void {
  const signatures = [
    [[], []],
    [[F64], []],
    [[], [F64]],
  ] as const;
  for (const signature of signatures) {
    writer.u8(FUNCTION_TYPE);
    for (const values of signature) {
      writer.u32(values.length);
      for (const value of values) writer.u8(value);
    }
  }
}

/** The types of the added functions, and of so many that do nothing. */
export function writeAddedFunctions(writer: ByteWriter, firstType: number, fillers: number): void {
  for (let added = 0; added < ADDED_FUNCTIONS; added++) writer.u32(firstType + added);
  for (let left = fillers; left > 0; left--) writer.u32(firstType);
}

export function writeAddedBodies(writer: ByteWriter, places: AddedPlaces, fillers: number): void {
  const { firstType, fuelGlobal, slotTable } = places;
  writeBody(writer, () => writeExhausted(writer, firstType, slotTable));
  writeBody(writer, () => {
    writer.u8(OP.localGet);
    writer.u32(0);
    writer.u8(OP.i64TruncF64S);
    writer.u8(OP.globalSet);
    writer.u32(fuelGlobal);
  });
  writeBody(writer, () => {
    writer.u8(OP.globalGet);
    writer.u32(fuelGlobal);
    writer.u8(OP.f64ConvertI64S);
  });
  for (let left = fillers; left > 0; left--) writer.raw(FILLER);
}

function writeBody(writer: ByteWriter, writeInstructions: () => void): void {
  const size = writer.openSized();
  writer.u32(0);
  writeInstructions();
  writer.u8(OP.end);
  writer.closeSized(size);
}

/** Traps, unless the host has put a function into the table, which may refuel and return. */
function writeExhausted(writer: ByteWriter, type: number, table: number): void {
  writer.u8(OP.i32Const);
  writer.u8(0);
  writer.u8(OP.tableGet);
  writer.u32(table);
  writer.u8(OP.refIsNull);
  writer.u8(OP.if);
  writer.u8(EMPTY_BLOCK);
  writer.u8(OP.unreachable);
  writer.u8(OP.end);
  writer.u8(OP.i32Const);
  writer.u8(0);
  writer.u8(OP.callIndirect);
  writer.u32(type);
  writer.u32(table);
}

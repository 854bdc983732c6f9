import type { ByteReader } from "./byte-reader.ts";

/** A value type as the text format writes it: `i32`, `funcref`, `(ref null 3)`. */
export type ValueType = string;

/** Core spec 5.3.1 to 5.3.5: the one-byte types. */
const PLAIN: Readonly<Record<number, ValueType>> = {
  0x7f: "i32",
  0x7e: "i64",
  0x7d: "f32",
  0x7c: "f64",
  0x7b: "v128",
};

/** Abstract heap types by their byte; `<name>ref` is short for `(ref null <name>)`. */
const HEAP: Readonly<Record<number, string>> = {
  0x74: "noexn",
  0x73: "nofunc",
  0x72: "noextern",
  0x71: "none",
  0x70: "func",
  0x6f: "extern",
  0x6e: "any",
  0x6d: "eq",
  0x6c: "i31",
  0x6b: "struct",
  0x6a: "array",
  0x69: "exn",
  0x68: "cont",
  0x75: "nocont",
};

const REF = 0x64;
const REF_NULL = 0x63;

export function readValueType(reader: ByteReader): ValueType {
  const start = reader.offset;
  const byte = reader.u8();
  const plain = PLAIN[byte];
  if (plain !== undefined) return plain;
  if (byte === REF) return `(ref ${readHeapType(reader)})`;
  if (byte === REF_NULL) return `(ref null ${readHeapType(reader)})`;
  const heap = HEAP[byte];
  if (heap === undefined) throw reader.malformed(`0x${byte.toString(16)} is no value type`, start);
  return `${heap}ref`;
}

/** A heap type is an index of a type or, when negative, the byte of an abstract type. */
export function readHeapType(reader: ByteReader): string {
  const start = reader.offset;
  const value = Number(reader.signed(33));
  if (value >= 0) return String(value);
  const heap = value >= -0x40 ? HEAP[value & 0x7f] : undefined;
  if (heap === undefined) throw reader.malformed(`${value} is no heap type`, start);
  return heap;
}

/** What tables hold and `ref.null` makes. */
export function readReferenceType(reader: ByteReader): ValueType {
  const start = reader.offset;
  const type = readValueType(reader);
  if (!type.includes("ref")) throw reader.malformed(`${type} is no reference type`, start);
  return type;
}

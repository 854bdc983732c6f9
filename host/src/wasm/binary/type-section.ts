import type { ByteReader } from "./byte-reader.ts";
import { readValueType, type ValueType } from "./value-type.ts";

/** A defined type. Only functions are looked into; the others are refused by policy later. */
export type DefinedType =
  | {
      readonly kind: "func";
      readonly params: readonly ValueType[];
      readonly results: readonly ValueType[];
    }
  | { readonly kind: "struct" | "array" | "cont" };

const FUNC = 0x60;
const STRUCT = 0x5f;
const ARRAY = 0x5e;
const CONT = 0x5d;
const SUB = 0x50;
const SUB_FINAL = 0x4f;
const RECURSIVE = 0x4e;

/** Reads the body of a type section; the types of a recursive group count one by one. */
export function readTypeSection(reader: ByteReader): DefinedType[] {
  const groups = reader.list(() => {
    if (reader.peek() !== RECURSIVE) return [readSubType(reader)];
    reader.u8();
    return reader.list(() => readSubType(reader));
  });
  reader.expectEnd("the type section");
  return groups.flat();
}

function readSubType(reader: ByteReader): DefinedType {
  const form = reader.peek();
  if (form === SUB || form === SUB_FINAL) {
    reader.u8();
    reader.list(() => reader.u32());
  }
  return readCompositeType(reader);
}

function readCompositeType(reader: ByteReader): DefinedType {
  const start = reader.offset;
  const form = reader.u8();
  switch (form) {
    case FUNC: {
      const params = reader.list(() => readValueType(reader));
      return { kind: "func", params, results: reader.list(() => readValueType(reader)) };
    }
    case STRUCT:
      reader.list(() => skipFieldType(reader));
      return { kind: "struct" };
    case ARRAY:
      skipFieldType(reader);
      return { kind: "array" };
    case CONT:
      reader.signed(33);
      return { kind: "cont" };
    default:
      throw reader.malformed(`0x${form.toString(16)} is no form of a type`, start);
  }
}

function skipFieldType(reader: ByteReader): void {
  const storage = reader.peek();
  const packed = storage === 0x78 || storage === 0x77;
  if (packed) reader.u8();
  else readValueType(reader);
  readMutability(reader);
}

/** 0 for constants, 1 for variables. */
export function readMutability(reader: ByteReader): boolean {
  const flag = reader.u8();
  if (flag > 1) throw reader.malformed(`${flag} is no mutability`, reader.offset - 1);
  return flag === 1;
}

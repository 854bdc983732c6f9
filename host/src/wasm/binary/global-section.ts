import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readConstExpression } from "./const-expression.ts";
import { readMutability } from "./type-section.ts";
import { readValueType, type ValueType } from "./value-type.ts";

export interface GlobalType {
  readonly type: ValueType;
  readonly mutable: boolean;
}

export interface Global extends GlobalType {
  /** A constant expression with its `end`. */
  readonly init: Uint8Array;
}

const I64 = 0x7e;
const I64_CONST = 0x42;
const END = 0x0b;

export function readGlobalType(reader: ByteReader): GlobalType {
  const type = readValueType(reader);
  return { type, mutable: readMutability(reader) };
}

export function readGlobalSection(reader: ByteReader): Global[] {
  const globals = reader.list(() => {
    const type = readGlobalType(reader);
    return { ...type, init: readConstExpression(reader) };
  });
  reader.expectEnd("the global section");
  return globals;
}

/** The one kind of global the host adds. */
export function writeMutableI64(writer: ByteWriter, value: bigint): void {
  writer.u8(I64);
  writer.u8(1);
  writer.u8(I64_CONST);
  writer.s64(value);
  writer.u8(END);
}

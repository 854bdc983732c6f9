import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

const I32 = 0x7f;
const I64 = 0x7e;
const I32_CONST = 0x41;
const I64_CONST = 0x42;
const END = 0x0b;

export interface Global {
  /** Only the integer types occur in the engine. */
  readonly type: "i32" | "i64";
  readonly isMutable: boolean;
  /** Its initial value as it stands in the module: a constant expression. */
  readonly initial: Uint8Array;
}

export function readGlobals(body: Uint8Array): Global[] {
  const reader = new ByteReader(body);
  return reader.list(() => {
    const type = reader.byte();
    if (type !== I32 && type !== I64) throw new Error("the engine has a global that is no integer");
    const isMutable = reader.byte() === 1;
    const start = reader.offset;
    const opcode = reader.byte();
    if (opcode !== I32_CONST && opcode !== I64_CONST) throw new Error("a global is not constant");
    reader.skipInteger();
    if (reader.byte() !== END) throw new Error("a global is not one constant");
    return { type: type === I32 ? "i32" : "i64", isMutable, initial: reader.since(start) };
  });
}

export function writeGlobals(globals: readonly Global[]): Uint8Array {
  const writer = new ByteWriter();
  writer.list(globals, ({ type, isMutable, initial }) => {
    writer.byte(type === "i32" ? I32 : I64, isMutable ? 1 : 0).bytes(initial);
  });
  return writer.finish();
}

/** The same global starting with this value: a number for i32, a bigint for i64. */
export function withInitial(global: Global, value: number | bigint): Global {
  const writer = new ByteWriter();
  if (global.type === "i32") writer.byte(I32_CONST).s32(Number(value));
  else writer.byte(I64_CONST).s64(BigInt(value));
  return { ...global, initial: writer.byte(END).finish() };
}

import { ByteReader } from "./byte-reader.ts";
import { readHeapType } from "./value-type.ts";

const END = 0x0b;
const REF_FUNC = 0xd2;
const GC_PREFIX = 0xfb;
const SIMD_PREFIX = 0xfd;
const V128_CONST = 12;

/** What the constant instructions carry; core spec 3.3.10 with extended constants and GC. */
const IMMEDIATES: Readonly<Record<number, (reader: ByteReader) => unknown>> = {
  0x23: (reader) => reader.u32(),
  0x41: (reader) => reader.signed(32),
  0x42: (reader) => reader.signed(64),
  0x43: (reader) => reader.take(4),
  0x44: (reader) => reader.take(8),
  0x6a: () => undefined,
  0x6b: () => undefined,
  0x6c: () => undefined,
  0x7c: () => undefined,
  0x7d: () => undefined,
  0x7e: () => undefined,
  0xd0: (reader) => readHeapType(reader),
  [REF_FUNC]: (reader) => reader.u32(),
  [GC_PREFIX]: skipGcConstant,
  [SIMD_PREFIX]: (reader) => {
    const start = reader.offset;
    if (reader.u32() !== V128_CONST) throw notConstant(reader, start);
    return reader.take(16);
  },
};

/** The bytes of a constant expression with its `end`. Whether it is well typed, V8 says. */
export function readConstExpression(reader: ByteReader): Uint8Array {
  const start = reader.offset;
  for (;;) {
    const at = reader.offset;
    const opcode = reader.u8();
    if (opcode === END) return reader.bytes.subarray(start, reader.offset);
    const skip = IMMEDIATES[opcode];
    if (skip === undefined) throw notConstant(reader, at);
    skip(reader);
  }
}

/** The functions that an expression makes references to. */
export function functionsIn(expression: Uint8Array): number[] {
  const reader = new ByteReader(expression);
  const functions: number[] = [];
  while (reader.left > 0) {
    const opcode = reader.u8();
    const immediate = IMMEDIATES[opcode]?.(reader);
    if (opcode === REF_FUNC) functions.push(Number(immediate));
  }
  return functions;
}

/** struct.new, array.new and their kin carry a type index; array.new_fixed also a length. */
function skipGcConstant(reader: ByteReader): void {
  const start = reader.offset;
  const opcode = reader.u32();
  if (opcode <= 1 || opcode === 6 || opcode === 7) reader.u32();
  else if (opcode === 8) {
    reader.u32();
    reader.u32();
  } else if (opcode < 0x1a || opcode > 0x1c) throw notConstant(reader, start);
}

function notConstant(reader: ByteReader, offset: number): Error {
  return reader.malformed("an instruction is not allowed in a constant expression", offset);
}

import { BYTECODE, OBJECT } from "./quickjs-layout.ts";
import type { QuickJsMemory } from "./quickjs-memory.ts";

/** That of some five thousand statements: a longer one is not gone through for an error. */
const TABLE_BYTES_MAX = 16_384;

/** How the table packs a step (`PC2LINE_…` in quickjs.c). */
const STEP = { first: 1, lines: 5, lineBase: -1 } as const;

/**
 * The line that a function of the engine's is in when `counter` points behind an instruction of its
 * code. Undefined when it points elsewhere.
 */
export function lineAt(memory: QuickJsMemory, callee: number, counter: number): number | undefined {
  const bytecode = memory.word(callee + OBJECT.function);
  const offset = counter - memory.word(bytecode + BYTECODE.code) - 1;
  if (offset < 0 || offset >= memory.word(bytecode + BYTECODE.codeLength)) return undefined;
  const length = memory.word(bytecode + BYTECODE.tableLength);
  if (length > TABLE_BYTES_MAX) return undefined;
  const table = memory.bytes(memory.word(bytecode + BYTECODE.table), length);
  return findLine(table, memory.word(bytecode + BYTECODE.line), offset);
}

/** Each step moves on in the code, in lines and in columns; beyond the end, all numbers are 0. */
function findLine(table: Uint8Array, first: number, offset: number): number {
  let at = 0;
  const unsigned = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = table[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value >>> 0;
  };
  const signed = (): number => {
    const value = unsigned();
    return (value >>> 1) ^ -(value & 1);
  };
  let line = first;
  let position = 0;
  while (at < table.length) {
    const packed = (table[at++] ?? 0) - STEP.first;
    let lines: number;
    if (packed < 0) {
      position += unsigned();
      lines = signed();
    } else {
      position += Math.floor(packed / STEP.lines);
      lines = (packed % STEP.lines) + STEP.lineBase;
    }
    signed();
    if (offset < position) break;
    line += lines;
  }
  return line;
}

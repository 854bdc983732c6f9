import type { ByteWriter } from "../../../host/src/wasm/binary/byte-writer.ts";
import { EMPTY_BLOCK, OP } from "../../../host/src/wasm/instructions.ts";

const I64_GE_S = 0x59;
const I64_LT_U = 0x54;

/** Code at the places where other meters put theirs. */
export interface BlockScheme {
  /** An i64 local for the counter. */
  readonly usesLocal: boolean;
  readonly onEntry: (out: Emitter) => void;
  /** Before the last instruction of a block that costs so much. */
  readonly onBlock: (out: Emitter, cost: number) => void;
  readonly onLoop: (out: Emitter) => void;
  readonly beforeCall: (out: Emitter) => void;
  readonly afterCall: (out: Emitter) => void;
  readonly onLeave: (out: Emitter) => void;
}

export interface Emitter {
  readonly writer: ByteWriter;
  readonly global: number;
  readonly local: number;
}

/**
 * What Wasmer's metering middleware emits: at the end of each basic block a comparison with the
 * global, a trap, a subtraction.
 */
export const WASMER_LIKE: BlockScheme = {
  usesLocal: false,
  onEntry: nothing,
  onBlock: (out, cost) => {
    emit(out, OP.globalGet, out.global);
    emit(out, OP.i64Const, cost);
    out.writer.u8(I64_LT_U);
    trapIf(out);
    emit(out, OP.globalGet, out.global);
    emit(out, OP.i64Const, cost);
    out.writer.u8(OP.i64Sub);
    emit(out, OP.globalSet, out.global);
  },
  onLoop: nothing,
  beforeCall: nothing,
  afterCall: nothing,
  onLeave: nothing,
};

/**
 * What Wasmtime compiles in: the counter in a register within a function, stored around calls,
 * compared at function entries and loop headers.
 */
export const WASMTIME_LIKE: BlockScheme = {
  usesLocal: true,
  onEntry: (out) => {
    load(out);
    checkLocal(out);
  },
  onBlock: (out, cost) => {
    emit(out, OP.localGet, out.local);
    emit(out, OP.i64Const, cost);
    out.writer.u8(OP.i64Add);
    emit(out, OP.localSet, out.local);
  },
  onLoop: checkLocal,
  beforeCall: store,
  afterCall: load,
  onLeave: store,
};

function emit({ writer }: Emitter, opcode: number, operand: number): void {
  writer.u8(opcode);
  if (opcode === OP.i64Const) writer.s32(operand);
  else writer.u32(operand);
}

function load(out: Emitter): void {
  emit(out, OP.globalGet, out.global);
  emit(out, OP.localSet, out.local);
}

function store(out: Emitter): void {
  emit(out, OP.localGet, out.local);
  emit(out, OP.globalSet, out.global);
}

function checkLocal(out: Emitter): void {
  emit(out, OP.localGet, out.local);
  emit(out, OP.i64Const, 0);
  out.writer.u8(I64_GE_S);
  trapIf(out);
}

function trapIf({ writer }: Emitter): void {
  writer.u8(OP.if);
  writer.u8(EMPTY_BLOCK);
  writer.u8(OP.unreachable);
  writer.u8(OP.end);
}

function nothing(): void {}

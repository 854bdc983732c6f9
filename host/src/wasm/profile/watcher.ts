import type { ByteWriter } from "../binary/byte-writer.ts";
import { EMPTY_BLOCK, OP } from "../instructions.ts";

const I32 = 0x7f;
const EXNREF = 0x69;
/** Core spec 5.4.1: a clause that catches everything and hands on a reference to it. */
const CATCH_ALL_REF = 3;
const I32_WRAP_I64 = 0xa7;

/** `(func (param i32 i32 i32 i32))` and `(func)`, as a type section has them. */
export const ENTER_TYPE: Uint8Array = Uint8Array.of(0x60, 4, I32, I32, I32, I32, 0);
export const LEAVE_TYPE: Uint8Array = Uint8Array.of(0x60, 0, 0);

/** How many numbers of parameters the watcher is told. */
const TOLD = 3;

const ENTER_SLOT = 0;
const LEAVE_SLOT = 1;

export interface Watched {
  /** What the watcher is told. */
  readonly index: number;
  /** What is called. */
  readonly target: number;
  readonly params: number;
  /** The watcher is told its first parameter, an i32, and its second, an i64, in two halves. */
  readonly isTold: boolean;
}

export interface WatcherContext {
  readonly enterType: number;
  readonly leaveType: number;
  /** The table with the watcher's two functions. */
  readonly table: number;
  readonly exceptions: "legacy" | "standard" | undefined;
}

/** Writes the body of a function that tells of a call before and after it. */
export function writeWatcher(writer: ByteWriter, watched: Watched, context: WatcherContext): void {
  writer.u32(0);
  writeEnter(writer, watched, context);
  if (context.exceptions === "legacy") writeLegacyTry(writer, watched, context);
  else if (context.exceptions === "standard") writeTry(writer, watched, context);
  else writeCall(writer, watched, context);
  writer.u8(OP.end);
}

function writeEnter(
  writer: ByteWriter,
  { index, isTold }: Watched,
  { enterType, table }: WatcherContext,
): void {
  writeConstant(writer, index);
  if (isTold) writeParameters(writer);
  else for (let parameter = 0; parameter < TOLD; parameter++) writeConstant(writer, 0);
  writeIndirectCall(writer, ENTER_SLOT, enterType, table);
}

function writeParameters(writer: ByteWriter): void {
  writer.u8(OP.localGet);
  writer.u32(0);
  for (const half of [0, 32]) {
    writer.u8(OP.localGet);
    writer.u32(1);
    writer.u8(OP.i64Const);
    writer.s32(half);
    writer.u8(OP.i64ShrU);
    writer.u8(I32_WRAP_I64);
  }
}

function writeCall(writer: ByteWriter, { target, params }: Watched, context: WatcherContext): void {
  for (let param = 0; param < params; param++) {
    writer.u8(OP.localGet);
    writer.u32(param);
  }
  writer.u8(OP.call);
  writer.u32(target);
  writeLeave(writer, context);
}

function writeTry(writer: ByteWriter, watched: Watched, context: WatcherContext): void {
  writer.u8(OP.block);
  writer.u8(EXNREF);
  writer.u8(OP.tryTable);
  writer.u8(EMPTY_BLOCK);
  writer.u32(1);
  writer.u8(CATCH_ALL_REF);
  writer.u32(0);
  writeCall(writer, watched, context);
  writer.u8(OP.return);
  writer.u8(OP.end);
  writer.u8(OP.unreachable);
  writer.u8(OP.end);
  writeLeave(writer, context);
  writer.u8(OP.throwRef);
}

function writeLegacyTry(writer: ByteWriter, watched: Watched, context: WatcherContext): void {
  writer.u8(OP.try);
  writer.u8(EMPTY_BLOCK);
  writeCall(writer, watched, context);
  writer.u8(OP.return);
  writer.u8(OP.catchAll);
  writeLeave(writer, context);
  writer.u8(OP.rethrow);
  writer.u32(0);
  writer.u8(OP.end);
  writer.u8(OP.unreachable);
}

function writeLeave(writer: ByteWriter, { leaveType, table }: WatcherContext): void {
  writeIndirectCall(writer, LEAVE_SLOT, leaveType, table);
}

function writeIndirectCall(writer: ByteWriter, slot: number, type: number, table: number): void {
  writeConstant(writer, slot);
  writer.u8(OP.callIndirect);
  writer.u32(type);
  writer.u32(table);
}

function writeConstant(writer: ByteWriter, value: number): void {
  writer.u8(OP.i32Const);
  writer.s32(value);
}

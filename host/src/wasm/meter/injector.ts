import { ByteReader } from "../binary/byte-reader.ts";
import type { ByteWriter } from "../binary/byte-writer.ts";
import { EMPTY_BLOCK, OP } from "../instructions.ts";
import type { Accounting } from "./accounting.ts";
import { isGrowth, shiftOf } from "./bulk-work.ts";
import { Counter, type Injected } from "./counter.ts";
import { EVENT, FLAG, TAIL, type Events } from "./events.ts";
import { Growth } from "./growth.ts";
import { copyBranchDeeper } from "./relabel.ts";
import type { ScannedFunction } from "./scanner.ts";

const I32 = 0x7f;
const I64 = 0x7e;

/** No loop. */
const NONE = -1;

export interface InjectionContext {
  readonly source: Uint8Array;
  readonly events: Events;
  readonly accounting: Accounting;
  readonly injected: Injected;
  readonly writer: ByteWriter;
}

/** Writes the body of one function again, with its charges and checks. */
export class Injector {
  readonly #context: InjectionContext;
  readonly #writer: ByteWriter;
  readonly #events: Events;
  readonly #scanned: ScannedFunction;
  readonly #counter: Counter;
  /** Offsets, within the body, of branches that are hardly ever taken. */
  readonly #hints: number[] = [];
  #bodyStart = 0;
  #copied: number;
  /** The frame of the loop whose counter is in the local now. */
  #region = NONE;
  /** The frame of the loop that has a loop around it. */
  #wrapped = NONE;

  constructor(context: InjectionContext, scanned: ScannedFunction) {
    this.#context = context;
    this.#writer = context.writer;
    this.#events = context.events;
    this.#scanned = scanned;
    const { writer, injected, accounting } = context;
    this.#counter = new Counter(writer, injected, scanned.localCount, accounting.writesThrough);
    this.#copied = scanned.codeStart;
  }

  /** Returns the offsets of unlikely branches. */
  inject(): readonly number[] {
    const size = this.#writer.openSized();
    this.#bodyStart = this.#writer.length;
    this.#writeLocals();
    const { firstEvent, endEvent } = this.#scanned;
    for (let event = firstEvent; event < endEvent; event++) this.#injectAt(event);
    this.#copyTo(this.#scanned.end);
    this.#writer.closeSized(size);
    return this.#hints;
  }

  // -- Locals: the counter, then two for each width of operands of bulk work

  #operand(isWide: boolean): number {
    return this.#scanned.localCount + (isWide ? 3 : 1);
  }

  #writeLocals(): void {
    const { source } = this.#context;
    const { start, codeStart, firstEvent, endEvent } = this.#scanned;
    const reader = new ByteReader(source, start, codeStart);
    let hasBulk = false;
    for (let event = firstEvent; event < endEvent; event++) {
      hasBulk ||= this.#events.kind(event) === EVENT.bulk;
    }
    this.#writer.u32(reader.u32() + (hasBulk ? 3 : 1));
    this.#writer.copy(source, reader.offset, codeStart);
    this.#declare(1, I64);
    if (!hasBulk) return;
    this.#declare(2, I32);
    this.#declare(2, I64);
  }

  #declare(count: number, type: number): void {
    this.#writer.u32(count);
    this.#writer.u8(type);
  }

  // -- Events

  #injectAt(event: number): void {
    const events = this.#events;
    switch (events.kind(event)) {
      case EVENT.loop:
        return this.#beginLoop(event);
      case EVENT.loopEnd:
        return this.#endLoop(event);
      case EVENT.call:
        return this.#aroundCall(event);
      case EVENT.exit:
        return this.#beforeExit(event);
      case EVENT.exitIf:
        return this.#replaceExitIf(event);
      case EVENT.bulk:
        return this.#chargeBulk(event);
      default:
        return this.#chargeSegment(event);
    }
  }

  #chargeSegment(segment: number): void {
    const cost = this.#events.value(segment);
    const isChecked = this.#events.has(segment, FLAG.check);
    if (cost === 0 && !isChecked) return;
    this.#copyTo(this.#events.offset(segment));
    this.#counter.load();
    if (cost > 0) {
      this.#writer.u8(OP.i64Const);
      this.#writer.s32(cost);
      this.#counter.spend(isChecked);
    }
    if (!isChecked) return;
    const isWrapped = this.#wrapped !== NONE;
    this.#hint(isWrapped ? this.#counter.checkWrapped(cost) : this.#counter.check());
  }

  #beginLoop(loop: number): void {
    const events = this.#events;
    if (events.has(loop, FLAG.region)) {
      this.#copyTo(events.offset(loop));
      this.#region = events.value(loop);
      this.#counter.isInRegion = true;
      this.#counter.reload();
    }
    if (!events.has(loop, FLAG.wrapped)) return;
    this.#copyTo(events.offset(loop));
    this.#wrapped = events.value(loop);
    // The loop around has the type of the one inside, which stands before its first segment.
    this.#writer.copy(this.#context.source, this.#copied, events.offset(loop + 1));
  }

  #endLoop(loopEnd: number): void {
    const events = this.#events;
    const frame = events.value(loopEnd);
    if (frame === this.#wrapped) {
      this.#copyTo(events.offset(loopEnd));
      this.#writer.u8(OP.end);
      this.#wrapped = NONE;
    }
    if (frame !== this.#region) return;
    if (events.extra(loopEnd) === 1) {
      this.#copyTo(events.offset(loopEnd));
      this.#counter.flush();
    }
    this.#region = NONE;
    this.#counter.isInRegion = false;
  }

  #aroundCall(call: number): void {
    const behind = this.#events.extra(call);
    if (this.#region === NONE) return;
    if (behind !== TAIL && !this.#events.has(call, FLAG.open)) return;
    this.#copyTo(this.#events.offset(call));
    this.#counter.flush();
    if (behind === TAIL) return;
    this.#copyTo(behind);
    this.#counter.reload();
  }

  #beforeExit(exit: number): void {
    const events = this.#events;
    const frame = events.value(exit);
    if (frame >= this.#region && frame >= this.#wrapped) return;
    this.#copyTo(events.offset(exit));
    if (frame < this.#region) this.#counter.flush();
    if (frame < this.#wrapped) this.#copyBranch(events.link(exit) - this.#wrapped);
  }

  /** Stores the counter only when the branch is taken: most loops end with one that rarely is. */
  #replaceExitIf(exit: number): void {
    const events = this.#events;
    const frame = events.value(exit);
    const isFlushed = frame < this.#region && !this.#context.accounting.writesThrough;
    const label = events.link(exit) + (frame < this.#wrapped ? 1 : 0);
    if (!isFlushed && frame >= this.#wrapped) return;
    this.#copyTo(events.offset(exit));
    const isPlain = events.extra(exit) === 1;
    if (!isFlushed || !isPlain) {
      if (isFlushed) this.#counter.flush();
      return this.#copyBranch(events.link(exit) + (frame < this.#wrapped ? 0 : 1));
    }
    this.#writer.u8(OP.if);
    this.#writer.u8(EMPTY_BLOCK);
    this.#counter.flush();
    this.#writer.u8(OP.br);
    this.#writer.u32(label + 1);
    this.#writer.u8(OP.end);
    const reader = new ByteReader(this.#context.source, this.#copied + 1);
    reader.skipInteger();
    this.#copied = reader.offset;
  }

  /** Copies the branch that comes next; labels from `outsideFrom` on lie one block further away. */
  #copyBranch(outsideFrom: number): void {
    const reader = new ByteReader(this.#context.source, this.#copied);
    copyBranchDeeper(reader, this.#writer, outsideFrom);
    this.#copied = reader.offset;
  }

  /** The operand that says how much there is to do is on top of the stack, and stays there. */
  #chargeBulk(bulk: number): void {
    const events = this.#events;
    const isWide = events.extra(bulk) === 1;
    const operand = this.#operand(isWide);
    this.#copyTo(events.offset(bulk));
    this.#local(OP.localTee, operand);
    if (!isGrowth(events.value(bulk))) return this.#chargeOperand(bulk, operand, isWide);
    const { roomGlobal } = this.#context.injected;
    const growth = new Growth(this.#writer, roomGlobal, events.value(bulk), { operand, isWide });
    growth.failWithoutRoom();
    this.#copyTo(events.link(bulk));
    // A failed attempt answers -1, did nothing and costs nothing.
    this.#local(OP.localTee, operand + 1);
    this.#local(OP.localGet, operand + 1);
    this.#writer.u8(isWide ? OP.i64Const : OP.i32Const);
    this.#writer.s32(-1);
    this.#writer.u8(isWide ? OP.i64Ne : OP.i32Ne);
    this.#writer.u8(OP.if);
    this.#writer.u8(EMPTY_BLOCK);
    growth.takeRoom();
    this.#chargeOperand(bulk, operand, isWide);
    this.#writer.u8(OP.end);
  }

  #chargeOperand(bulk: number, operand: number, isWide: boolean): void {
    this.#counter.load();
    this.#wideOperand(operand, isWide);
    this.#unlessTooMuch(operand, isWide);
    const shift = shiftOf(this.#context.accounting.costs, this.#events.value(bulk));
    if (shift !== 0) {
      this.#writer.u8(OP.i64Const);
      this.#writer.s32(Math.abs(shift));
      this.#writer.u8(shift < 0 ? OP.i64ShrU : OP.i64Shl);
    }
    this.#counter.spend(true);
    this.#hint(this.#counter.check());
  }

  #wideOperand(operand: number, isWide: boolean): void {
    this.#local(OP.localGet, operand);
    if (!isWide) this.#writer.u8(OP.i64ExtendI32U);
  }

  /** Too much is out of bounds, and not out of fuel; as a price it might even wrap, and refuel. */
  #unlessTooMuch(operand: number, isWide: boolean): void {
    this.#writer.u8(OP.i64Const);
    this.#writer.u8(0);
    this.#wideOperand(operand, isWide);
    this.#writer.u8(OP.i64Const);
    this.#writer.s64(this.#context.injected.operandMax);
    this.#writer.u8(OP.i64LeU);
    this.#writer.u8(OP.select);
  }

  #local(opcode: number, index: number): void {
    this.#writer.u8(opcode);
    this.#writer.u32(index);
  }

  #hint(branch: number): void {
    this.#hints.push(branch - this.#bodyStart);
  }

  #copyTo(offset: number): void {
    this.#writer.copy(this.#context.source, this.#copied, offset);
    this.#copied = offset;
  }
}

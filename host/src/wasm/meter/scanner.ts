import { ByteReader } from "../binary/byte-reader.ts";
import { readLocalCount, type CodeRange } from "../binary/code-section.ts";
import type { Feature } from "../features.ts";
import {
  BULK,
  IMMEDIATE,
  OP,
  immediateBehind,
  immediateOf,
  skipImmediate,
} from "../instructions.ts";
import type { ModuleIndex } from "../module-index.ts";
import { BlockTypes } from "./block-type.ts";
import { WORK, isGrowth, readBulkWork, shiftBy, shiftOf, type BulkWork } from "./bulk-work.ts";
import type { Costs } from "./costs.ts";
import { EVENT, INDIRECT, LOOP, TAIL, type Events } from "./events.ts";
import { DEAD, FRAME, FrameStack, type Frame } from "./frame.ts";

/** One function after the scan: where its parts lie, and its events. */
export interface ScannedFunction extends CodeRange {
  /** Where the instructions begin. */
  readonly codeStart: number;
  /** Parameters and locals together. */
  readonly localCount: number;
  readonly blockCount: number;
  /** How deep blocks are nested, and how many labels one branch has. */
  readonly nesting: number;
  readonly branchTargets: number;
  readonly firstEvent: number;
  readonly endEvent: number;
}

/** Above it a length counts as unknown, so that no segment's cost leaves 32 bits. */
const KNOWN_LENGTH_MAX = 1 << 16;

/** Core spec 5.4.1: of the four kinds of catch clauses the first two name a tag. */
const CATCH_REF = 1;

/**
 * Walks function bodies once and notes the events that matter for fuel. Expects a valid module:
 * types and indices have been checked by V8.
 */
export class Scanner {
  /** Functions that code makes references to: they can be called without being named. */
  readonly referenced: Set<number> = new Set<number>();
  /** Refusable features that only code shows. */
  readonly features: Set<Feature> = new Set<Feature>();
  readonly #index: ModuleIndex;
  readonly #costs: Costs;
  readonly #events: Events;
  readonly #blockTypes: BlockTypes;
  readonly #frames = new FrameStack();
  #reader: ByteReader;
  #segment: number = DEAD;
  #cost = 0;
  #loops = 0;
  #handlers = 0;
  #blocks = 0;
  #branchTargets = 1;
  #previous = 0;

  constructor(index: ModuleIndex, costs: Costs, events: Events) {
    this.#index = index;
    this.#costs = costs;
    this.#events = events;
    this.#blockTypes = new BlockTypes(index.types);
    this.#reader = new ByteReader(index.bytes);
  }

  scan(body: CodeRange, paramCount: number): ScannedFunction {
    const reader = new ByteReader(this.#index.bytes, body.start, body.end);
    this.#reader = reader;
    const localCount = paramCount + readLocalCount(reader);
    const codeStart = reader.offset;
    const firstEvent = this.#events.length;
    this.#open(codeStart);
    const { instruction } = this.#costs;
    while (this.#frames.depth > 0) {
      const at = reader.offset;
      const opcode = reader.u8();
      this.#cost += instruction[opcode] ?? 0;
      const immediate = immediateOf(opcode);
      if (immediate === IMMEDIATE.control) this.#control(opcode, at);
      else skipImmediate(reader, immediate);
      this.#previous = at;
    }
    reader.expectEnd("a function");
    const endEvent = this.#events.length;
    return {
      ...body,
      codeStart,
      localCount,
      blockCount: this.#blocks,
      nesting: this.#frames.deepest,
      branchTargets: this.#branchTargets,
      firstEvent,
      endEvent,
    };
  }

  #open(codeStart: number): void {
    this.#loops = 0;
    this.#handlers = 0;
    this.#blocks = 1;
    this.#branchTargets = 1;
    this.#frames.clear();
    this.#segment = this.#events.push(EVENT.entry, codeStart, this.#costs.entry);
    this.#cost = 0;
    this.#frames.push(FRAME.function, this.#segment);
  }

  #control(opcode: number, at: number): void {
    switch (opcode) {
      case OP.block:
        return this.#openBlock(FRAME.block);
      case OP.loop:
        return this.#openLoop(at);
      case OP.if:
        return this.#openIf();
      case OP.else:
        return this.#else();
      case OP.end:
        return this.#end();
      case OP.br:
        return this.#branch(at);
      case OP.brIf:
        return this.#branchIf(at);
      case OP.brTable:
        return this.#branchTable(at);
      case OP.brOnNull:
      case OP.brOnNonNull:
        return this.#branchSometimes(at, this.#reader.u32());
      case OP.return:
      case OP.unreachable:
        return this.#leave(at);
      case OP.refFunc:
        this.referenced.add(this.#reader.u32());
        return;
      default:
        if (opcode >= OP.call && opcode <= OP.returnCallRef) this.#call(opcode, at);
        else if (opcode >= OP.gcPrefix || opcode === OP.memoryGrow) this.#prefixed(opcode, at);
        else this.#exceptions(opcode, at);
    }
  }

  // -- Segments

  /** Goes on in `segment`; what has been counted so far belongs to the one before. */
  #enter(segment: number): void {
    if (this.#segment !== DEAD) this.#events.addValue(this.#segment, this.#cost);
    this.#cost = 0;
    this.#segment = segment;
  }

  /** Begins a segment here that runs only after `dominator`. */
  #branchOff(kind: number, dominator: number): number {
    const segment = this.#events.push(kind, this.#reader.offset, 0, dominator);
    this.#enter(segment);
    return segment;
  }

  // -- Blocks

  #openBlock(kind: number): void {
    this.#blocks++;
    const type = this.#blockTypes.read(this.#reader);
    const frame = this.#frames.push(kind, this.#segment);
    frame.isPlain = type.hasNoResults;
    frame.handlersBefore = this.#handlers;
  }

  #openLoop(at: number): void {
    this.#blocks++;
    const type = this.#blockTypes.read(this.#reader);
    const frame = this.#frames.push(FRAME.loop, this.#segment);
    frame.isPlain = type.hasNoParams;
    frame.handlersBefore = this.#handlers;
    this.#loops++;
    if (this.#segment === DEAD) return;
    frame.event = this.#events.push(EVENT.loop, at, this.#frames.depth - 1);
    this.#branchOff(EVENT.header, this.#segment);
  }

  #openIf(): void {
    this.#openBlock(FRAME.if);
    if (this.#segment === DEAD) return;
    this.#frames.top.event = this.#branchOff(EVENT.arm, this.#segment);
  }

  #else(): void {
    const frame = this.#frames.top;
    frame.kind = FRAME.else;
    frame.thenReachesEnd = this.#segment !== DEAD;
    if (frame.entry === DEAD) return;
    this.#events.setExtra(this.#branchOff(EVENT.arm, frame.entry), frame.event);
  }

  #end(): void {
    const index = this.#frames.depth - 1;
    const frame = this.#frames.pop();
    if (index === 0) return this.#enter(DEAD);
    if (frame.kind === FRAME.loop) return this.#endLoop(frame, index);
    if (frame.entry === DEAD) return;
    const isReachedFromElsewhere =
      frame.branched ||
      frame.kind === FRAME.if ||
      frame.kind === FRAME.handler ||
      (frame.kind === FRAME.else && frame.thenReachesEnd);
    if (this.#segment === DEAD && !isReachedFromElsewhere) return;
    // Nothing inside leaves the block: what follows runs exactly when its beginning ran.
    if (!this.#frames.escapes(frame, index)) this.#enter(frame.entry);
    else if (isReachedFromElsewhere) this.#beginCase(frame);
  }

  /** Behind the end of a block that was left early: reached by branches, or out of any of a try. */
  #beginCase(frame: Frame): void {
    if (frame.catches) {
      this.#branchOff(EVENT.arm, frame.entry);
      return;
    }
    let { branches } = frame;
    if (this.#segment !== DEAD) branches = this.#events.pushBranch(this.#segment, branches);
    this.#events.setExtra(this.#branchOff(EVENT.arm, frame.entry), ~branches);
  }

  #endLoop(frame: Frame, index: number): void {
    this.#loops--;
    if (frame.event === DEAD) return;
    const isReached = this.#segment !== DEAD;
    const end = this.#events.push(EVENT.loopEnd, this.#reader.offset, index, frame.event);
    this.#events.setExtra(end, isReached ? 1 : 0);
    this.#events.setLink(frame.event, end);
    const hasHandlers = this.#handlers > frame.handlersBefore;
    const bits = (hasHandlers ? LOOP.handlers : 0) | (frame.isPlain ? LOOP.plain : 0);
    this.#events.setExtra(frame.event, bits);
    // A loop that nothing repeats is a block, and its first segment an arm that always runs.
    if (!frame.branched) this.#events.setKind(frame.event + 1, EVENT.arm);
    if (!isReached) return;
    if (this.#frames.escapes(frame, index)) this.#branchOff(EVENT.arm, frame.entry);
    else this.#enter(frame.entry);
  }

  // -- Branches

  /** Notes a branch to a label and returns the frame it ends or repeats. */
  #target(label: number): number {
    const index = this.#frames.depth - 1 - label;
    const frame = this.#frames.at(index);
    frame.branched = true;
    if (frame.kind !== FRAME.loop) {
      frame.branches = this.#events.pushBranch(this.#segment, frame.branches);
    }
    this.#frames.reach(index);
    return index;
  }

  #exit(at: number, frame: number): void {
    if (this.#loops > 0) this.#events.push(EVENT.exit, at, frame, this.#frames.depth);
  }

  #branch(at: number): void {
    const label = this.#reader.u32();
    if (this.#segment === DEAD) return;
    this.#exit(at, this.#target(label));
    this.#enter(DEAD);
  }

  #branchIf(at: number): void {
    const label = this.#reader.u32();
    if (this.#segment === DEAD) return;
    const frame = this.#target(label);
    if (this.#loops > 0) {
      const event = this.#events.push(EVENT.exitIf, at, frame, label);
      this.#events.setExtra(event, this.#frames.at(frame).isPlain ? 1 : 0);
    }
    this.#blocks++;
    this.#branchOff(EVENT.arm, this.#segment);
  }

  /** A branch whose condition is not on the stack as a number: the counter is stored in any case. */
  #branchSometimes(at: number, label: number): void {
    if (this.#segment === DEAD) return;
    this.#exit(at, this.#target(label));
    this.#blocks++;
    this.#branchOff(EVENT.arm, this.#segment);
  }

  #branchTable(at: number): void {
    const count = this.#reader.count();
    let outermost = this.#frames.depth;
    for (let index = 0; index <= count; index++) {
      const label = this.#reader.u32();
      if (this.#segment === DEAD) continue;
      outermost = Math.min(outermost, this.#target(label));
    }
    this.#blocks += count + 1;
    this.#branchTargets = Math.max(this.#branchTargets, count + 1);
    if (this.#segment === DEAD) return;
    this.#exit(at, outermost);
    this.#enter(DEAD);
  }

  /** Leaves the function, or traps. */
  #leave(at: number): void {
    if (this.#segment === DEAD) return;
    this.#frames.reach(0);
    this.#exit(at, 0);
    this.#enter(DEAD);
  }

  // -- Everything else

  #call(opcode: number, at: number): void {
    const isDirect = opcode === OP.call || opcode === OP.returnCall;
    const isTail =
      opcode === OP.returnCall || opcode === OP.returnCallIndirect || opcode === OP.returnCallRef;
    const index = this.#reader.u32();
    if (opcode === OP.callIndirect || opcode === OP.returnCallIndirect) this.#reader.skipInteger();
    if (this.#segment === DEAD) return;
    const callee = isDirect ? index : INDIRECT;
    const call = this.#events.push(EVENT.call, at, callee, this.#segment);
    this.#events.setExtra(call, isTail ? TAIL : this.#reader.offset);
    if (!isTail) return;
    this.#frames.reach(0);
    this.#enter(DEAD);
  }

  #prefixed(prefix: number, at: number): void {
    const reader = this.#reader;
    if (prefix === OP.memoryGrow) {
      const wide = this.#index.wideMemories[reader.u32()] === true;
      return this.#bulk(at, { work: WORK.pages, wide });
    }
    const opcode = reader.u32();
    if (prefix === OP.gcPrefix) this.features.add("garbage-collection");
    if (prefix === OP.atomicPrefix) this.features.add("threads");
    if (prefix === OP.bulkPrefix) {
      if (opcode < BULK.memoryInit) this.#cost += this.#costs.convertSaturating;
      const work = readBulkWork(reader, opcode, this.#index);
      if (work !== undefined) return this.#bulk(at, work);
    }
    const immediate = immediateBehind(prefix, opcode);
    if (immediate !== IMMEDIATE.control) return skipImmediate(reader, immediate);
    // br_on_cast and br_on_cast_fail: flags, label, two heap types.
    reader.skip(1);
    const label = reader.u32();
    reader.skipInteger();
    reader.skipInteger();
    this.#branchSometimes(at, label);
  }

  #bulk(at: number, { work, wide }: BulkWork): void {
    this.#cost += this.#costs.bulk;
    if (this.#segment === DEAD) return;
    const known = isGrowth(work) ? undefined : this.#constantBefore(at);
    if (known !== undefined) {
      this.#cost += shiftBy(known, shiftOf(this.#costs, work));
      return;
    }
    const event = this.#events.push(EVENT.bulk, at, work, this.#reader.offset);
    this.#events.setExtra(event, wide ? 1 : 0);
  }

  /** The constant that the instruction before this one put on the stack, if it is a small one. */
  #constantBefore(at: number): number | undefined {
    if (this.#index.bytes[this.#previous] !== OP.i32Const) return undefined;
    const constant = Number(new ByteReader(this.#index.bytes, this.#previous + 1, at).signed(32));
    return constant >= 0 && constant <= KNOWN_LENGTH_MAX ? constant : undefined;
  }

  #exceptions(opcode: number, at: number): void {
    const reader = this.#reader;
    switch (opcode) {
      case OP.try:
        this.#handlers++;
        return this.#openBlock(FRAME.block);
      case OP.tryTable:
        return this.#openTryTable();
      case OP.catch:
        reader.skipInteger();
        return this.#catch();
      case OP.catchAll:
        return this.#catch();
      case OP.delegate: {
        reader.skipInteger();
        this.#frames.reach(0);
        const frame = this.#frames.pop();
        if (frame.entry !== DEAD) this.#branchOff(EVENT.arm, frame.entry);
        return;
      }
      case OP.throw:
      case OP.rethrow:
        reader.skipInteger();
        return this.#leave(at);
      case OP.throwRef:
        return this.#leave(at);
      default:
        throw reader.malformed(`0x${opcode.toString(16)} is no instruction`, at);
    }
  }

  /** A handler runs after any part of what it guards. */
  #catch(): void {
    const frame = this.#frames.top;
    frame.kind = FRAME.handler;
    this.#frames.reach(0);
    if (frame.entry !== DEAD) this.#branchOff(EVENT.arm, frame.entry);
  }

  #openTryTable(): void {
    this.#handlers++;
    const start = this.#reader.offset;
    this.#blockTypes.read(this.#reader);
    this.#reader.list(() => {
      const kind = this.#reader.u8();
      if (kind <= CATCH_REF) this.#reader.skipInteger();
      const label = this.#reader.u32();
      if (this.#segment !== DEAD) this.#frames.at(this.#target(label)).catches = true;
    });
    const end = this.#reader.offset;
    this.#reader.offset = start;
    this.#openBlock(FRAME.block);
    this.#reader.offset = end;
  }
}

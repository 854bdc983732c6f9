import { ByteReader } from "../binary/byte-reader.ts";
import { readLocalCount, type CodeRange } from "../binary/code-section.ts";
import type { Feature } from "../features.ts";
import {
  BULK,
  IMMEDIATE,
  OP,
  immediateBehind,
  immediateOf,
  passComputation,
  skipImmediate,
  type PassedCode,
} from "../instructions.ts";
import type { ModuleIndex } from "../module-index.ts";
import { BlockTypes } from "./block-type.ts";
import { WORK, isGrowth, readBulkWork, shiftBy, shiftOf, type BulkWork } from "./bulk-work.ts";
import type { Costs } from "./costs.ts";
import { INDIRECT, TAIL, type Events } from "./events.ts";
import { Flow } from "./flow.ts";

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

export interface FunctionType {
  readonly params: readonly unknown[];
  readonly results: readonly unknown[];
}

/** Dearer work is charged by its operand, so that no segment's cost leaves 32 bits. */
const KNOWN_WORK_MAX = 1024;
const KNOWN_LENGTH_MAX = 1 << 16;

/** Core spec 5.4.1: of the four kinds of catch clauses the first two name a tag. */
const CATCH_REF = 1;

/**
 * Reads function bodies once and notes the events that matter for fuel. Expects a valid module:
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
  readonly #flow: Flow;
  readonly #blockTypes: BlockTypes;
  #reader: ByteReader;
  readonly #passed: PassedCode;

  constructor(index: ModuleIndex, costs: Costs, events: Events) {
    this.#index = index;
    this.#costs = costs;
    this.#passed = { prices: costs.instruction, cost: 0, last: 0 };
    this.#events = events;
    this.#flow = new Flow(events);
    this.#blockTypes = new BlockTypes(index.types);
    this.#reader = new ByteReader(index.bytes);
  }

  scan(body: CodeRange, type: FunctionType): ScannedFunction {
    const reader = new ByteReader(this.#index.bytes, body.start, body.end);
    this.#reader = reader;
    const localCount = type.params.length + readLocalCount(reader);
    const codeStart = reader.offset;
    const firstEvent = this.#events.length;
    const flow = this.#flow;
    const { instruction, entry } = this.#costs;
    flow.begin(codeStart, entry, type.results.length === 0);
    const passed = this.#passed;
    while (flow.isOpen) {
      passComputation(reader, passed);
      flow.spend(passed.cost);
      passed.cost = 0;
      const at = reader.offset;
      const opcode = reader.u8();
      flow.spend(instruction[opcode] ?? 0);
      const immediate = immediateOf(opcode);
      if (immediate === IMMEDIATE.control) this.#control(opcode, at);
      else skipImmediate(reader, immediate);
      passed.last = at;
    }
    reader.expectEnd("a function");
    const { blockCount, nesting, branchTargets } = flow;
    const endEvent = this.#events.length;
    const shape = { codeStart, localCount, blockCount, nesting, branchTargets };
    return { ...body, ...shape, firstEvent, endEvent };
  }

  #control(opcode: number, at: number): void {
    const reader = this.#reader;
    const flow = this.#flow;
    switch (opcode) {
      case OP.block:
        flow.openBlock(this.#blockTypes.read(reader).hasNoResults);
        return;
      case OP.loop: {
        const { hasNoParams } = this.#blockTypes.read(reader);
        return flow.openLoop(at, reader.offset, hasNoParams);
      }
      case OP.if: {
        const { hasNoResults } = this.#blockTypes.read(reader);
        return flow.openIf(reader.offset, hasNoResults);
      }
      case OP.else:
        return flow.else(reader.offset);
      case OP.end:
        return flow.end(reader.offset);
      case OP.return:
      case OP.unreachable:
        return flow.leave(at);
      case OP.refFunc:
        this.referenced.add(reader.u32());
        return;
      default:
        if (opcode <= OP.throwRef) this.#exceptions(opcode, at);
        else if (opcode <= OP.brTable) this.#branch(opcode, at);
        else if (opcode <= OP.returnCallRef) this.#call(opcode, at);
        else if (opcode <= OP.tryTable) this.#exceptions(opcode, at);
        else if (opcode === OP.brOnNull || opcode === OP.brOnNonNull) this.#branch(opcode, at);
        else this.#prefixed(opcode, at);
    }
  }

  #branch(opcode: number, at: number): void {
    const reader = this.#reader;
    const flow = this.#flow;
    if (opcode === OP.brTable) {
      const labels = reader.list(() => reader.u32());
      return flow.branchTable(at, [...labels, reader.u32()]);
    }
    const label = reader.u32();
    if (opcode === OP.br) flow.branch(at, label);
    else if (opcode === OP.brIf) flow.branchIf(at, label, reader.offset);
    else flow.branchOn(at, label, reader.offset);
  }

  #call(opcode: number, at: number): void {
    const reader = this.#reader;
    const index = reader.u32();
    if (opcode === OP.callIndirect || opcode === OP.returnCallIndirect) reader.skipInteger();
    const isDirect = opcode === OP.call || opcode === OP.returnCall;
    const isTail =
      opcode === OP.returnCall || opcode === OP.returnCallIndirect || opcode === OP.returnCallRef;
    this.#flow.call(at, isDirect ? index : INDIRECT, isTail ? TAIL : reader.offset);
  }

  #exceptions(opcode: number, at: number): void {
    const reader = this.#reader;
    const flow = this.#flow;
    switch (opcode) {
      case OP.try:
        return flow.openTry(this.#blockTypes.read(reader).hasNoResults);
      case OP.tryTable:
        return this.#tryTable();
      case OP.catch:
        reader.skipInteger();
        return flow.catch(reader.offset);
      case OP.catchAll:
        return flow.catch(reader.offset);
      case OP.delegate:
        reader.skipInteger();
        return flow.delegate(reader.offset);
      case OP.throw:
      case OP.rethrow:
        reader.skipInteger();
        return flow.leave(at);
      case OP.throwRef:
        return flow.leave(at);
      default:
        throw reader.malformed(`0x${opcode.toString(16)} is no instruction`, at);
    }
  }

  /** The labels of the clauses count from outside of the block. */
  #tryTable(): void {
    const reader = this.#reader;
    const { hasNoResults } = this.#blockTypes.read(reader);
    reader.list(() => {
      if (reader.u8() <= CATCH_REF) reader.skipInteger();
      this.#flow.catchTo(reader.u32());
    });
    this.#flow.openTry(hasNoResults);
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
      if (opcode < BULK.memoryInit) this.#flow.spend(this.#costs.convertSaturating);
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
    this.#flow.branchOn(at, label, reader.offset);
  }

  #bulk(at: number, { work, wide }: BulkWork): void {
    const costs = this.#costs;
    this.#flow.spend(costs.bulk);
    const known = isGrowth(work) ? undefined : this.#constantBefore(at);
    if (known !== undefined) {
      const units = shiftBy(known, shiftOf(costs, work));
      if (units <= KNOWN_WORK_MAX) return this.#flow.spend(units);
    }
    this.#flow.bulk(at, work, wide, this.#reader.offset);
  }

  /** The constant that the instruction before this one put on the stack, if it is a small one. */
  #constantBefore(at: number): number | undefined {
    if (this.#index.bytes[this.#passed.last] !== OP.i32Const) return undefined;
    const constant = Number(
      new ByteReader(this.#index.bytes, this.#passed.last + 1, at).signed(32),
    );
    return constant >= 0 && constant <= KNOWN_LENGTH_MAX ? constant : undefined;
  }
}

import { IntList } from "./int-list.ts";

/**
 * What happens in a function as far as fuel is concerned, in the order of its code:
 *
 * - a *segment* is code that runs together: once its first instruction runs, all of it runs unless
 *   something traps. Its cost is charged at `offset`, where it begins;
 * - a *loop* stands before its instruction and points at its *loopEnd* behind the `end`;
 * - a *call* leaves the function for another one that may use fuel itself;
 * - an *exit* and an *exitIf* leave blocks: `value` is the outermost frame they can leave for;
 * - *bulk* work costs by an operand on top of the stack.
 */
export const EVENT = {
  entry: 0,
  arm: 1,
  header: 2,
  loop: 3,
  loopEnd: 4,
  call: 5,
  exit: 6,
  exitIf: 7,
  bulk: 8,
} as const;

/** A `value` of calls whose callee only the running program knows. */
export const INDIRECT = -1;

/** The `extra` of calls that do not come back. */
export const TAIL = -1;

/** The `extra` of loops. */
export const LOOP = {
  /** Exception handling inside. */
  handlers: 1,
  /** It takes no values, so that it can stand in another loop of the same type. */
  plain: 2,
} as const;

/**
 * How control arrives at a segment, in its `extra`: 0 straight from the segment before; a positive
 * number is the then arm whose else it is; a negative one is the first of its branches, by `~`.
 */
export const STRAIGHT = 0;

/** What the settlement finds out about an event. */
export const FLAG = {
  /** A segment with calls in it. */
  calls: 1,
  /** A call of a function that may look at the counter, or a segment with such a call. */
  open: 2,
  /** A segment at which running out is noticed. */
  check: 4,
  /** A segment that only runs behind a check in the same activation. */
  covered: 8,
  /** A loop that keeps the counter in a local. */
  region: 16,
  /** A loop inside a region that gets a loop around it to go on from when it was refuelled. */
  wrapped: 32,
} as const;

/** What makes `Events.isSegment` cheap: segments come first in `EVENT`. */
const LAST_SEGMENT = EVENT.header;

const CAPACITY = 1 << 14;

/**
 * The events of all functions in parallel lists. The fields by kind:
 *
 * | kind | value | link | extra |
 * | --- | --- | --- | --- |
 * | segments | cost | segment that always runs before | how it is reached: see `STRAIGHT` |
 * | loop | frame | its end | bits of `LOOP` |
 * | loopEnd | frame | its loop | 1 when the code behind it is reached from inside |
 * | call | callee or `INDIRECT` | segment it is in | offset behind it or `TAIL` |
 * | exit | frame | how many frames are open | – |
 * | exitIf | frame | label | 1 when the label takes no values |
 * | bulk | index in `BULK_WORK` | – | 1 when the operand has 64 bits |
 */
export class Events {
  // Arrays of its own, not lists: a module has a million of these reads and writes, and most of them
  // are made before V8 has optimized anything.
  #kinds = new Int32Array(CAPACITY);
  #offsets = new Int32Array(CAPACITY);
  #values = new Int32Array(CAPACITY);
  #links = new Int32Array(CAPACITY);
  #extras = new Int32Array(CAPACITY);
  #flags = new Int32Array(CAPACITY);
  #length = 0;

  readonly #sources = new IntList();
  readonly #times = new IntList();
  readonly #nexts = new IntList();

  get length(): number {
    return this.#length;
  }

  /** Returns the event's index. */
  push(kind: number, offset: number, value: number, link = -1): number {
    const event = this.#length++;
    if (event === this.#kinds.length) this.#grow();
    this.#kinds[event] = kind;
    this.#offsets[event] = offset;
    this.#values[event] = value;
    this.#links[event] = link;
    return event;
  }

  #grow(): void {
    this.#kinds = twice(this.#kinds);
    this.#offsets = twice(this.#offsets);
    this.#values = twice(this.#values);
    this.#links = twice(this.#links);
    this.#extras = twice(this.#extras);
    this.#flags = twice(this.#flags);
  }

  kind(event: number): number {
    return this.#kinds[event] ?? 0;
  }

  isSegment(event: number): boolean {
    return (this.#kinds[event] ?? 0) <= LAST_SEGMENT;
  }

  offset(event: number): number {
    return this.#offsets[event] ?? 0;
  }

  value(event: number): number {
    return this.#values[event] ?? 0;
  }

  link(event: number): number {
    return this.#links[event] ?? 0;
  }

  extra(event: number): number {
    return this.#extras[event] ?? 0;
  }

  setKind(event: number, kind: number): void {
    this.#kinds[event] = kind;
  }

  setValue(event: number, value: number): void {
    this.#values[event] = value;
  }

  addValue(event: number, value: number): void {
    this.#values[event] = (this.#values[event] ?? 0) + value;
  }

  setLink(event: number, link: number): void {
    this.#links[event] = link;
  }

  setExtra(event: number, extra: number): void {
    this.#extras[event] = extra;
  }

  has(event: number, flag: number): boolean {
    return ((this.#flags[event] ?? 0) & flag) !== 0;
  }

  mark(event: number, flag: number): void {
    this.#flags[event] = (this.#flags[event] ?? 0) | flag;
  }

  // -- Branches: which segments go to the end of a block, in lists linked from the last to the first

  /** Adds a branch from `segment`, as things stand now, in front of the list that `next` begins. */
  pushBranch(segment: number, next: number): number {
    this.#sources.push(segment);
    this.#times.push(this.length);
    this.#nexts.push(next);
    return this.#sources.length - 1;
  }

  branchSource(branch: number): number {
    return this.#sources.at(branch);
  }

  /** How many events there were before the branch. */
  branchTime(branch: number): number {
    return this.#times.at(branch);
  }

  /** The branch after this one in its list, or -1. */
  nextBranch(branch: number): number {
    return this.#nexts.at(branch);
  }
}

function twice(values: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(values.length * 2);
  grown.set(values);
  return grown;
}

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
  readonly #kinds = new IntList(1 << 14);
  readonly #offsets = new IntList(1 << 14);
  readonly #values = new IntList(1 << 14);
  readonly #links = new IntList(1 << 14);
  readonly #extras = new IntList(1 << 14);
  readonly #flags = new IntList(1 << 14);

  readonly #sources = new IntList();
  readonly #times = new IntList();
  readonly #nexts = new IntList();

  get length(): number {
    return this.#kinds.length;
  }

  /** Returns the event's index. */
  push(kind: number, offset: number, value: number, link = -1): number {
    this.#kinds.push(kind);
    this.#offsets.push(offset);
    this.#values.push(value);
    this.#links.push(link);
    this.#extras.push(0);
    this.#flags.push(0);
    return this.#kinds.length - 1;
  }

  kind(event: number): number {
    return this.#kinds.at(event);
  }

  isSegment(event: number): boolean {
    return this.#kinds.at(event) <= LAST_SEGMENT;
  }

  offset(event: number): number {
    return this.#offsets.at(event);
  }

  value(event: number): number {
    return this.#values.at(event);
  }

  link(event: number): number {
    return this.#links.at(event);
  }

  extra(event: number): number {
    return this.#extras.at(event);
  }

  setKind(event: number, kind: number): void {
    this.#kinds.set(event, kind);
  }

  setValue(event: number, value: number): void {
    this.#values.set(event, value);
  }

  addValue(event: number, value: number): void {
    this.#values.set(event, this.#values.at(event) + value);
  }

  setLink(event: number, link: number): void {
    this.#links.set(event, link);
  }

  setExtra(event: number, extra: number): void {
    this.#extras.set(event, extra);
  }

  has(event: number, flag: number): boolean {
    return (this.#flags.at(event) & flag) !== 0;
  }

  mark(event: number, flag: number): void {
    this.#flags.set(event, this.#flags.at(event) | flag);
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

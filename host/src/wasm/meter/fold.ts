import type { Accounting } from "./accounting.ts";
import { EVENT, STRAIGHT, type Events } from "./events.ts";

/** How far up the segment is looked for that a branch comes from; beyond it, any may have run. */
const CLIMB_MAX = 64;

/**
 * Moves the costs of cheap arms to the segments that always run before them. What a segment takes
 * over is the price of the dearest way through its arms: of a then and its else, or of the cases of
 * a switch, only one runs.
 */
export class ArmFolder {
  readonly #events: Events;
  readonly #accounting: Accounting;
  /** The segments that run behind a segment, in the order of the code: first of them, next of it. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  /** By arm: what has been moved out of it. */
  readonly #moved: Int32Array;
  /** By arm: the dearest way from the segment before it through it, of what has been moved. */
  readonly #ways: Int32Array;
  /** By segment: what it has taken over. */
  readonly #taken: Int32Array;
  /** The arms of the segment at hand, and the dearest way through them and those before. */
  readonly #arms: number[] = [];
  readonly #dearest: number[] = [];
  /** How many they are. The arrays are never emptied: V8 would make new ones for each segment. */
  #armCount = 0;

  constructor(events: Events, accounting: Accounting) {
    const { length } = events;
    this.#events = events;
    this.#accounting = accounting;
    this.#first = new Int32Array(length).fill(-1);
    this.#next = new Int32Array(length).fill(-1);
    this.#moved = new Int32Array(length);
    this.#ways = new Int32Array(length);
    this.#taken = new Int32Array(length);
  }

  /** Inner arms stand behind outer ones, and are folded first. May be called again. */
  fold(first: number, end: number, mayFold: (arm: number) => boolean): void {
    const events = this.#events;
    this.#first.fill(-1, first, end);
    for (let segment = end - 1; segment >= first; segment--) {
      if (!events.isSegment(segment)) continue;
      if (this.#first[segment] !== -1) this.#foldArmsOf(segment, mayFold);
      const before = events.link(segment);
      if (before < 0) continue;
      this.#next[segment] = this.#first[before] ?? -1;
      this.#first[before] = segment;
    }
  }

  #foldArmsOf(segment: number, mayFold: (arm: number) => boolean): void {
    const events = this.#events;
    this.#armCount = 0;
    let dearest = 0;
    for (let arm = this.#first[segment] ?? -1; arm !== -1; arm = this.#next[arm] ?? -1) {
      const before = this.#wayTo(arm, segment, dearest);
      if (events.kind(arm) === EVENT.arm && mayFold(arm)) this.#foldArm(arm, before);
      const way = before + (this.#moved[arm] ?? 0);
      this.#ways[arm] = way;
      dearest = Math.max(dearest, way);
      this.#arms[this.#armCount] = arm;
      this.#dearest[this.#armCount++] = dearest;
    }
    events.addValue(segment, dearest - (this.#taken[segment] ?? 0));
    this.#taken[segment] = dearest;
  }

  #foldArm(arm: number, before: number): void {
    const cost = this.#events.value(arm);
    const moved = (this.#moved[arm] ?? 0) + cost;
    const { foldedArmMax, foldedSumMax } = this.#accounting;
    if (cost > foldedArmMax || before + moved > foldedSumMax) return;
    this.#moved[arm] = moved;
    this.#events.setValue(arm, 0);
  }

  /** The dearest way on which control can arrive at an arm from the segment that runs before it. */
  #wayTo(arm: number, segment: number, dearest: number): number {
    const events = this.#events;
    const arrival = events.extra(arm);
    if (arrival === STRAIGHT || events.kind(arm) === EVENT.header) return dearest;
    if (arrival > 0) return this.#dearestBefore(arrival);
    let way = 0;
    for (let branch = ~arrival; branch !== -1; branch = events.nextBranch(branch)) {
      way = Math.max(way, this.#wayFrom(branch, segment, dearest));
    }
    return way;
  }

  #wayFrom(branch: number, segment: number, dearest: number): number {
    const events = this.#events;
    let source = events.branchSource(branch);
    if (source === segment) return this.#dearestBefore(events.branchTime(branch));
    for (let step = 0; step < CLIMB_MAX && source > segment; step++) {
      const before = events.link(source);
      if (before === segment) return this.#ways[source] ?? 0;
      source = before;
    }
    return dearest;
  }

  /** Of the arms that stand before an event; they are in order. */
  #dearestBefore(event: number): number {
    let low = 0;
    let high = this.#armCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#arms[middle] ?? 0) < event) low = middle + 1;
      else high = middle;
    }
    return this.#dearest[low - 1] ?? 0;
  }
}

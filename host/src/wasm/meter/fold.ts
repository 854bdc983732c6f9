import type { Accounting } from "./accounting.ts";
import { EVENT, type Events } from "./events.ts";

/**
 * Moves the costs of cheap arms to the segments that always run before them. Of arms that exclude
 * each other (then and else, the cases of a switch) the dearest is what they cost together.
 */
export class ArmFolder {
  readonly #events: Events;
  readonly #accounting: Accounting;
  /** By segment: what it has taken over from arms. */
  readonly #taken: Int32Array;
  /** By arm: what has been moved out of it, and what its segment took over for that. */
  readonly #moved: Int32Array;
  readonly #added: Int32Array;
  /** By arm: the most that was moved out of one of the later arms that exclude it. */
  readonly #beside: Int32Array;

  constructor(events: Events, accounting: Accounting) {
    const { length } = events;
    this.#events = events;
    this.#accounting = accounting;
    this.#taken = new Int32Array(length);
    this.#moved = new Int32Array(length);
    this.#added = new Int32Array(length);
    this.#beside = new Int32Array(length);
  }

  /** Innermost arms come last, and are folded first. May be called again when costs were added. */
  fold(first: number, end: number, mayFold: (arm: number) => boolean): void {
    const events = this.#events;
    for (let arm = end - 1; arm > first; arm--) {
      if (events.kind(arm) !== EVENT.arm) continue;
      if (events.value(arm) > 0 && mayFold(arm)) this.#foldArm(arm);
      const earlier = events.extra(arm);
      if (earlier === 0) continue;
      const most = Math.max(this.#moved[arm] ?? 0, this.#beside[arm] ?? 0);
      this.#beside[earlier] = Math.max(most, this.#beside[earlier] ?? 0);
    }
  }

  #foldArm(arm: number): void {
    const events = this.#events;
    const cost = events.value(arm);
    const segment = events.link(arm);
    const moved = (this.#moved[arm] ?? 0) + cost;
    const added = this.#added[arm] ?? 0;
    // What was added for the others is there for this one too: they never run both.
    const missing = Math.max(0, moved - added - (this.#beside[arm] ?? 0));
    const taken = (this.#taken[segment] ?? 0) + missing;
    const { foldedArmMax, foldedSumMax } = this.#accounting;
    if (cost > foldedArmMax || taken > foldedSumMax) return;
    this.#taken[segment] = taken;
    this.#moved[arm] = moved;
    this.#added[arm] = added + missing;
    events.addValue(segment, missing);
    events.setValue(arm, 0);
  }
}

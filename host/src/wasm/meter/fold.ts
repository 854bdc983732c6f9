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
  /** By arm: the dearest later arm that excludes it and has been folded already. */
  readonly #excluded: Int32Array;

  constructor(events: Events, accounting: Accounting) {
    this.#events = events;
    this.#accounting = accounting;
    this.#taken = new Int32Array(events.length);
    this.#excluded = new Int32Array(events.length);
  }

  /** Innermost arms come last, and are folded first. */
  fold(first: number, end: number, mayFold: (arm: number) => boolean): void {
    const events = this.#events;
    for (let arm = end - 1; arm > first; arm--) {
      if (events.kind(arm) !== EVENT.arm) continue;
      let dearest = this.#excluded[arm] ?? 0;
      const cost = events.value(arm);
      if (cost > 0 && mayFold(arm) && this.#foldArm(arm, Math.max(0, cost - dearest))) {
        dearest = Math.max(dearest, cost);
      }
      const beside = events.extra(arm);
      if (beside !== 0) this.#excluded[beside] = Math.max(dearest, this.#excluded[beside] ?? 0);
    }
  }

  #foldArm(arm: number, amount: number): boolean {
    const events = this.#events;
    const segment = events.link(arm);
    const taken = (this.#taken[segment] ?? 0) + amount;
    if (events.value(arm) > this.#accounting.foldedArmMax) return false;
    if (taken > this.#accounting.foldedSumMax) return false;
    this.#taken[segment] = taken;
    events.addValue(segment, amount);
    events.setValue(arm, 0);
    return true;
  }
}

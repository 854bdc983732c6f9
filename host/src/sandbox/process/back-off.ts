import type { Clock } from "../../lib/clock.ts";

export interface BackOffPolicy {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * When something that ended may be started again: at once the first time, then after a delay that
 * doubles. What lived longer than the longest delay was well, and its end counts as a first one.
 */
export class BackOff {
  readonly #policy: BackOffPolicy;
  readonly #clock: Clock;
  #ends = 0;
  #startedMs = 0;
  #notBeforeMs = 0;

  constructor(policy: BackOffPolicy, clock: Clock) {
    this.#policy = policy;
    this.#clock = clock;
  }

  /** Milliseconds until the next start; 0 is now. */
  get waitMs(): number {
    return Math.max(0, this.#notBeforeMs - this.#clock.monotonicMs());
  }

  /** Whether the last end was followed by a delay, be it over or not. */
  get isDelayed(): boolean {
    return this.#ends > 1;
  }

  started(): void {
    this.#startedMs = this.#clock.monotonicMs();
  }

  ended(): void {
    const { firstMs, mostMs } = this.#policy;
    const nowMs = this.#clock.monotonicMs();
    this.#ends = nowMs - this.#startedMs > mostMs ? 1 : this.#ends + 1;
    const delayMs = this.#ends === 1 ? 0 : Math.min(mostMs, firstMs * 2 ** (this.#ends - 2));
    this.#notBeforeMs = nowMs + delayMs;
  }
}

import type { Clock } from "../lib/clock.ts";

/** What time it is to a guest, in nanoseconds, and how fine it is told. */
export interface GuestTime {
  readonly resolution: bigint;
  /** A call begins. */
  readonly begin: () => void;
  readonly wall: () => bigint;
  readonly monotonic: () => bigint;
}

const MILLISECOND = 1_000_000n;
const MICROSECOND = 1000n;

/** For a guest that is granted the clock: it may time what it does. */
export class RunningTime implements GuestTime {
  readonly resolution: bigint = MICROSECOND;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(): void {}

  wall(): bigint {
    return toNanoseconds(this.#clock.now());
  }

  monotonic(): bigint {
    return toNanoseconds(this.#clock.monotonicMs());
  }
}

/**
 * For all others: the moment in which the call began, in whole milliseconds. Runtimes ask for the time
 * without their author's knowing; with a clock that stands still, how long something takes inside of a
 * call is not to be seen, and so not what it takes the time for.
 */
export class StandingTime implements GuestTime {
  readonly resolution: bigint = MILLISECOND;
  readonly #clock: Clock;
  #wallMs = 0;
  #monotonicMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(): void {
    this.#wallMs = this.#clock.now();
    this.#monotonicMs = this.#clock.monotonicMs();
  }

  wall(): bigint {
    return toMilliseconds(this.#wallMs);
  }

  monotonic(): bigint {
    return toMilliseconds(this.#monotonicMs);
  }
}

function toMilliseconds(milliseconds: number): bigint {
  return BigInt(Math.floor(milliseconds)) * MILLISECOND;
}

function toNanoseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds * 1000)) * MICROSECOND;
}

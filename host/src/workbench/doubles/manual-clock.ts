import type { Clock } from "../../lib/clock.ts";
import { BackworksError } from "../../lib/errors.ts";
import { parseTime, printTime, TIME_MS_MAX } from "../../lib/time.ts";

/** 2026-01-01T00:00:00Z: a day like any other. */
const START_MS = 1_767_225_600_000;

/** A clock that stands still until somebody moves it. */
export class ManualClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  /** `start`: milliseconds since 1970, or a date and time as RFC 3339 has it. */
  constructor(start: number | string = START_MS) {
    this.#nowMs = toMilliseconds(start);
  }

  readonly now = (): number => this.#nowMs;
  readonly monotonicMs = (): number => this.#monotonicMs;

  readonly sleep = async (delayMs: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { at: this.#monotonicMs + delayMs, wake: resolve };
    this.#sleepers.push(sleeper);
    const onAbort = (): void => {
      this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    await promise;
  };

  advance(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
    const due = this.#sleepers.filter(({ at }) => at <= this.#monotonicMs);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#monotonicMs);
    for (const { wake } of due) wake();
  }

  /** RFC 3339. */
  print(): string {
    return printTime(this.#nowMs);
  }

  set(to: number | string): void {
    this.#nowMs = toMilliseconds(to);
  }
}

function toMilliseconds(time: number | string): number {
  const ms = typeof time === "number" ? time : parseTime(time);
  if (ms !== undefined && Math.abs(ms) <= TIME_MS_MAX) return ms;
  const message = `clock: expected milliseconds since 1970 or a time such as 2026-01-01T00:00:00Z, found ${JSON.stringify(time)}`;
  throw new BackworksError("test_invalid", message);
}

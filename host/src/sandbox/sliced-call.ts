import type { Clock } from "../lib/clock.ts";
import type { CallChain, CallOrigin, RequestNames } from "./call-names.ts";
import type { Invocation } from "./capabilities/call-context.ts";
import type { FuelTank } from "./fuel.ts";
import { SLICE_FUEL, SYNC_FUEL_MAX, type CallLimits } from "./limits.ts";
import { GO_ON, STOP } from "./slices.ts";

export interface SlicedTerms extends CallOrigin {
  readonly tank: FuelTank;
  readonly clock: Clock;
  readonly limits: CallLimits;
}

/** One call that gives the event loop back: at the end of each slice, and while the host works. */
export class SlicedCall implements Invocation {
  readonly #terms: SlicedTerms;
  readonly #deadlineMs: number;
  readonly #overdue = Promise.withResolvers<never>();
  readonly #aborted = new AbortController();
  readonly #signal: AbortSignal;
  /** Fuel that is not in the tank yet. */
  #reserve: number;
  /** What the guest used of it since it has given the event loop back. */
  #borrowed = 0;
  /** Host functions that work for the guest: one, or none. */
  #waits = 0;
  #timer: AbortController | undefined;
  #end: "fuel" | "time" | undefined;
  #isOver = false;
  #isStopped = false;

  constructor(terms: SlicedTerms, prepaid: number) {
    const { tank, clock, limits, signal } = terms;
    const own = this.#aborted.signal;
    this.#terms = terms;
    this.#signal = signal === undefined ? own : AbortSignal.any([own, signal]);
    this.#deadlineMs = clock.monotonicMs() + limits.timeMs;
    this.#reserve = limits.fuel - prepaid;
    tank.fill(0);
    this.#refill();
    // Nobody may be listening any more when the time is over.
    this.#overdue.promise.catch(() => undefined);
  }

  get chain(): CallChain {
    return this.#terms.chain;
  }

  get request(): RequestNames | undefined {
    return this.#terms.request;
  }

  /** Aborted when the time is over, or nobody waits for the call any more. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  /** Rejects when the time is over while the host works. */
  get overdue(): Promise<never> {
    return this.#overdue.promise;
  }

  /** Why the host ended the call, if it did. */
  get end(): "fuel" | "time" | undefined {
    return this.#end;
  }

  get isWaiting(): boolean {
    return this.#waits > 0;
  }

  /** Nobody waits for the guest any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Fuel that is not used yet, whatever is in the tank. */
  get reserve(): number {
    return this.#reserve;
  }

  /** The end of a slice: the event loop turns once, and then the guest goes on or is stopped. */
  async turn(): Promise<typeof GO_ON | typeof STOP> {
    if (this.#isStopped || this.#reserve <= 0) return this.#stop("fuel");
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await promise;
    this.#borrowed = 0;
    if (this.#terms.clock.monotonicMs() >= this.#deadlineMs) return this.#stop("time");
    this.#refill();
    return GO_ON;
  }

  /** A host function has ended the call: what the guest has caught gets it no further slice. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * The slice is over, and the guest calls the host, where it cannot be suspended: takes what is
   * missing out of the reserve. False when there is not as much.
   */
  borrow(): boolean {
    const { tank } = this.#terms;
    const missing = -tank.left;
    if (this.#isOver || this.#isStopped || missing > this.#reserve) return false;
    this.#borrowed += missing;
    this.#reserve -= missing;
    tank.fill(0);
    return true;
  }

  /** It went on like this for longer than a call may that does not give the event loop back. */
  get isStubborn(): boolean {
    return this.#borrowed > SYNC_FUEL_MAX;
  }

  /** Runs a host function while the guest is suspended; the first one starts the timer. */
  async wait<T>(work: () => Promise<T>): Promise<T> {
    this.#timer ??= this.#startTimer();
    this.#borrowed = 0;
    this.#waits++;
    try {
      return await work();
    } finally {
      this.#waits--;
    }
  }

  /** The function has returned, or nobody waits for it any more. */
  finish(): void {
    this.#isOver = true;
    this.#timer?.abort();
  }

  #refill(): void {
    const { tank } = this.#terms;
    const units = Math.min(this.#reserve, SLICE_FUEL);
    this.#reserve -= units;
    // What the guest took beyond the last slice counts against this one.
    tank.fill(tank.left + units);
  }

  #stop(end: "fuel" | "time"): typeof STOP {
    this.#end = end;
    return STOP;
  }

  #startTimer(): AbortController {
    const { clock } = this.#terms;
    const timer = new AbortController();
    const leftMs = Math.max(0, this.#deadlineMs - clock.monotonicMs());
    const expire = (): void => {
      this.#timer = undefined;
      // The guest goes on by itself, and its next slice ends it. Timers fire a little early: where there
      // still is time, the next wait starts another one.
      if (!this.isWaiting) return;
      this.#end = "time";
      const error = new Error("the call takes too long");
      this.#overdue.reject(error);
      this.#aborted.abort(error);
    };
    // The second handler is for the timer that is no longer needed.
    clock.sleep(leftMs, timer.signal).then(expire, () => undefined);
    return timer;
  }
}

import type { Clock } from "../lib/clock.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";

export interface PoolLimits {
  readonly instancesMax: number;
  readonly waitersMax: number;
}

/** After this many failures in a row the next instance has to wait. */
const FAILURES_FREE = 3;
const BACK_OFF_FIRST_MS = 1000;
const BACK_OFF_MOST_MS = 10_000;

/**
 * Lends instances to one call each, in the order of the calls. They are made when a call needs one
 * and none is free, so that a guest that traps costs nothing until it is called again.
 */
export class Pool<T> {
  readonly #name: string;
  readonly #create: () => Promise<T>;
  readonly #limits: PoolLimits;
  readonly #clock: Clock;
  readonly #idle: T[] = [];
  readonly #waiters: PromiseWithResolvers<T>[] = [];
  /** Idle and lent. */
  #made = 0;
  #making = 0;
  #failures = 0;
  #notBeforeMs = 0;
  #lastFailure: unknown;

  constructor(name: string, create: () => Promise<T>, limits: PoolLimits, clock: Clock) {
    this.#name = name;
    this.#create = create;
    this.#limits = limits;
    this.#clock = clock;
  }

  /**
   * At once when one is free, which with calls that do not wait is nearly always. Nobody waits any
   * longer once the signal is aborted.
   */
  acquire(signal?: AbortSignal): T | Promise<T> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#made + this.#making < this.#limits.instancesMax) return this.#add();
    if (this.#waiters.length >= this.#limits.waitersMax) {
      const { waitersMax } = this.#limits;
      throw new BackworksError(
        "guest_busy",
        `${this.#name}: ${waitersMax} calls wait for an instance already`,
        { details: { plugin: this.#name, waitersMax } },
      );
    }
    const waiter = Promise.withResolvers<T>();
    this.#waiters.push(waiter);
    signal?.addEventListener("abort", () => this.#leave(waiter), { once: true });
    return waiter.promise;
  }

  release(instance: T): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#idle.push(instance);
    else waiter.resolve(instance);
  }

  /** Instead of `release`: the instance is not used again. */
  discard(): void {
    this.#made--;
    this.#replace();
  }

  /** Takes the idle ones out of the pool; those that are lent come back and can be taken then. */
  drain(): readonly T[] {
    this.#made -= this.#idle.length;
    return this.#idle.splice(0);
  }

  /** Why there is none, and calls make none yet: it failed too often. It lasts until one is made. */
  get outage(): BackworksError | undefined {
    if (this.#made > 0 || this.#failures < FAILURES_FREE) return undefined;
    return this.#earlyError();
  }

  /** Whether a call would make one, for want of any. */
  get isDue(): boolean {
    return this.#made + this.#making === 0 && this.#waitMs <= 0;
  }

  #leave(waiter: PromiseWithResolvers<T>): void {
    const place = this.#waiters.indexOf(waiter);
    // It has got its instance, and gives it back.
    if (place === -1) return;
    this.#waiters.splice(place, 1);
    waiter.reject(goneError(this.#name));
  }

  async #add(): Promise<T> {
    this.#making++;
    try {
      if (this.#waitMs > 0) throw this.#earlyError();
      const instance = await this.#createOne();
      this.#making--;
      this.#made++;
      return instance;
    } catch (error) {
      this.#making--;
      this.#replace();
      throw error;
    }
  }

  /** There is room for one more. */
  #replace(): void {
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) this.#add().then(waiter.resolve, waiter.reject);
  }

  async #createOne(): Promise<T> {
    try {
      const instance = await this.#create();
      this.#failures = 0;
      return instance;
    } catch (error) {
      this.#failures++;
      this.#lastFailure = error;
      const doublings = this.#failures - FAILURES_FREE;
      if (doublings >= 0) {
        const delayMs = Math.min(BACK_OFF_MOST_MS, BACK_OFF_FIRST_MS * 2 ** doublings);
        this.#notBeforeMs = this.#clock.monotonicMs() + delayMs;
      }
      throw error;
    }
  }

  /** A guest that fails whenever it starts must not be started for every request. */
  #earlyError(): BackworksError {
    const waitMs = this.#waitMs;
    return new BackworksError(
      "guest_unavailable",
      `${this.#name}: it failed to start ${this.#failures} times, the next try is in ${Math.ceil(waitMs)} ms: ${messageOf(this.#lastFailure)}`,
      { cause: this.#lastFailure, details: { plugin: this.#name, retryMs: waitMs } },
    );
  }

  get #waitMs(): number {
    return Math.max(0, this.#notBeforeMs - this.#clock.monotonicMs());
  }
}

/** Who called has ended before there was an instance for the call. */
export function goneError(plugin: string): BackworksError {
  const message = `${plugin}: nobody waits any more for a call that waits for an instance`;
  return new BackworksError("guest_timed_out", message, { details: { plugin } });
}

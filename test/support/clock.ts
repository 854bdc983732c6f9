import type { Clock } from "../../host/src/lib/clock.ts";

/** A clock that moves only when the test moves it. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  readonly now = (): number => 1_700_000_000_000 + this.#nowMs;
  readonly monotonicMs = (): number => this.#nowMs;

  readonly sleep = async (delayMs: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#sleepers.push({ at: this.#nowMs + delayMs, wake: resolve });
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    await promise;
  };

  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#sleepers.filter((sleeper) => sleeper.at <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.at > this.#nowMs);
    for (const sleeper of due) sleeper.wake();
  }
}

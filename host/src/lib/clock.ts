// The global of this name is a getter: it would cost as much again as the clock.
import { performance } from "node:perf_hooks";

/** Time comes in as an argument, so that tests move it by hand. */
export interface Clock {
  /** Wall time, milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** Monotonic time in milliseconds with fractions, for durations. */
  readonly monotonicMs: () => number;
  /** Resolves after `delayMs`; rejects with the signal's reason when it is aborted before. */
  readonly sleep: (delayMs: number, signal?: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (delayMs, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal?.throwIfAborted();
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    await promise;
  },
};

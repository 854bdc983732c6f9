import type { Clock } from "./clock.ts";

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Aborts the work before its time. */
  readonly signal?: AbortSignal | undefined;
  /** What the work's signal is aborted with when the time is over. */
  readonly expired: () => Error;
}

/** What comes of `work`, or the signal's reason as soon as that is aborted. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, work]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Runs `work` with a signal that is aborted at the deadline; the timer never outlives the work. */
export async function withDeadline<T>(
  options: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, timeoutMs, expired } = options;
  const over = new AbortController();
  const done = new AbortController();
  const signal = options.signal ? AbortSignal.any([over.signal, options.signal]) : over.signal;
  const expire = (): void => over.abort(expired());
  // The second handler is for the timer that is no longer needed.
  clock.sleep(timeoutMs, done.signal).then(expire, () => undefined);
  try {
    return await work(signal);
  } finally {
    done.abort();
  }
}

/** Waits for `work` to end, and no longer than this; it goes on then. */
export async function withinTime(
  work: Promise<unknown>,
  timeoutMs: number,
  clock: Clock,
): Promise<void> {
  const ended = new AbortController();
  try {
    await Promise.race([work, clock.sleep(timeoutMs, ended.signal)]);
  } finally {
    ended.abort();
  }
}

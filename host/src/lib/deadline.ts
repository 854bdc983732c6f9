import type { Clock } from "./clock.ts";

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Aborts the work before its time. */
  readonly signal?: AbortSignal | undefined;
  /** What the work's signal is aborted with when the time is over. */
  readonly expired: () => Error;
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

import { callForNumber, findService } from "./runtime/service.ts";

/** Time that runs during a call. Needs `capabilities: { clock: {} }`. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, to the microsecond. */
  nowMs(): number;
  /** Milliseconds since some moment, for durations: it never runs backwards. */
  monotonicMs(): number;
}

const NOW = findService("bw_clock_now");
const MONOTONIC = findService("bw_clock_monotonic");
const MICROSECONDS_IN_MS = 1000;
const NANOSECONDS_IN_MS = 1_000_000;

export const clock: Clock = {
  nowMs: () => callForNumber(NOW) / MICROSECONDS_IN_MS,
  monotonicMs: () => callForNumber(MONOTONIC) / NANOSECONDS_IN_MS,
};

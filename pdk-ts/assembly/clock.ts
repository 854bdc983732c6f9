import { resultOf } from "./fault";
import * as host from "./host";

/** The host's clock while a call runs. Needs `capabilities: { clock: {} }`. */
export namespace clock {
  /** Milliseconds since 1970, with fractions of microseconds. */
  export function nowMs(): f64 {
    return <f64>resultOf(host.clockNow()) / 1000;
  }

  /** Milliseconds since some moment; never runs backwards. */
  export function monotonicMs(): f64 {
    return <f64>resultOf(host.clockMonotonic()) / 1000000;
  }
}

/**
 * What the language's library has from outside, in place of its own `bindings/dom`: the clock and
 * random numbers come from WASI, `console` ends in the host's log.
 */
import { clockTimeGet, randomGet } from "@backworks/pdk/kernel";
import { log as hostLog } from "@backworks/pdk/log";

const REALTIME: i32 = 0;
const MONOTONIC: i32 = 1;
const NANOSECONDS: u64 = 1000000;

/** Where WASI writes. */
function word(): usize {
  return memory.data(8);
}

function readClock(clock: i32): u64 {
  clockTimeGet(clock, NANOSECONDS, word());
  return load<u64>(word());
}

export namespace Date {
  export function now(): f64 {
    return <f64>(readClock(REALTIME) / NANOSECONDS);
  }
}

export namespace performance {
  export function now(): f64 {
    return <f64>readClock(MONOTONIC) / <f64>NANOSECONDS;
  }
}

export namespace crypto {
  export function getRandomValues(array: Uint8Array): void {
    randomGet(array.dataStart, <usize>array.byteLength);
  }
}

/** Seeds `Math.random`, once for each instance. */
export function seed(): f64 {
  randomGet(word(), 8);
  return reinterpret<f64>(load<u64>(word()));
}

export namespace console {
  export function assert(condition: bool, message: string): void {
    if (!condition) hostLog.error("Assertion failed: " + message);
  }

  export function debug(text: string): void {
    hostLog.debug(text);
  }

  export function log(text: string): void {
    hostLog.info(text);
  }

  export function info(text: string): void {
    hostLog.info(text);
  }

  export function warn(text: string): void {
    hostLog.warn(text);
  }

  export function error(text: string): void {
    hostLog.error(text);
  }
}

/** The library's name for the mathematics of a JavaScript host: there is none. */
export namespace Math {}

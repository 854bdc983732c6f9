import { Buffer } from "node:buffer";
import { assert } from "../lib/assert.ts";
import { systemClock, type Clock } from "../lib/clock.ts";
import { DEFAULT_POLICY } from "../wasm/policy.ts";
import { FUEL_EXPORT } from "../wasm/reserved.ts";
import { rewriteModule } from "../wasm/rewrite.ts";

/**
 * calibrate.wat compiled: what ordinary code does, in about the shares in which it does it. A test
 * proves it fresh.
 */
export const CALIBRATION_BASE64: string =
  "AGFzbQEAAAABBQFgAAF/AwIBAAUDAQABBwcBA3J1bgAACmcBZQEDf0GAICEAQbnz3fF5IQEDQCABQfwfcSECIAEgAUENdHMgAigCAGohASABIAFBEXZzIQEgAUHAAHEEQCACIAFBBWw2AgAgAUEFdyEBBSACIAA6AAALIABBAWshACAADQALIAELABkEbmFtZQISAQADAARsZWZ0AQNtaXgCAmF0";

/**
 * V8 optimizes the kernel in a thread of its own once it has run a dozen times, and makes it half as
 * fast again. The pauses leave that thread a core; where others want all of them it may take longer.
 */
const COLD_ROUNDS = 4;
const OPTIMIZED_GAIN = 1.2;
const BURSTS = 5;
const BURSTS_MAX = 20;
const BURST_MS = 0.5;
const PAUSE_MS = 1;

/**
 * Units of bounded fuel that a millisecond of computing is worth on this machine. The best of some
 * rounds, spread a little: whatever else the machine does makes them slower, never faster.
 */
export function measureFuelPerMs(clock: Clock): number {
  const runKernel = createKernel(clock);
  let best = 0;
  for (let round = 0; round < COLD_ROUNDS; round++) best = Math.max(best, runKernel());
  const optimized = best * OPTIMIZED_GAIN;
  for (let burst = 0; burst < BURSTS || (best < optimized && burst < BURSTS_MAX); burst++) {
    if (burst > 0) pause();
    for (const endMs = clock.monotonicMs() + BURST_MS; clock.monotonicMs() < endMs;) {
      best = Math.max(best, runKernel());
    }
  }
  return Math.round(best);
}

/** Runs the kernel once; answers the units per millisecond of that. */
function createKernel(clock: Clock): () => number {
  const { bytes } = rewriteModule(Buffer.from(CALIBRATION_BASE64, "base64"), DEFAULT_POLICY);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const { run, [FUEL_EXPORT]: fuel } = exports;
  assert(typeof run === "function" && fuel instanceof WebAssembly.Global, "the kernel is ours");
  return () => {
    fuel.value = BigInt(Number.MAX_SAFE_INTEGER);
    const startMs = clock.monotonicMs();
    run();
    const tookMs = clock.monotonicMs() - startMs;
    return (Number.MAX_SAFE_INTEGER - Number(fuel.value)) / tookMs;
  };
}

/** Limits in milliseconds are resolved by functions that do not wait: neither does this. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}

let measured: number | undefined;

/**
 * The same, measured when it is first asked for, and once in a process: an edit under `--watch` that has
 * nothing to do with limits leaves them as they are.
 */
export function fuelPerMs(): number {
  return (measured ??= measureFuelPerMs(systemClock));
}

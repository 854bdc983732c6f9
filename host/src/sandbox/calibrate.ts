import { Buffer } from "node:buffer";
import { assert } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import { DEFAULT_POLICY } from "../wasm/policy.ts";
import { FUEL_EXPORT } from "../wasm/reserved.ts";
import { rewriteModule } from "../wasm/rewrite.ts";

/**
 * calibrate.wat compiled: what ordinary code does, in about the shares in which it does it. A test
 * proves it fresh.
 */
export const CALIBRATION_BASE64: string =
  "AGFzbQEAAAABBQFgAAF/AwIBAAUDAQABBwcBA3J1bgAACmcBZQEDf0GAICEAQbnz3fF5IQEDQCABQfwfcSECIAEgAUENdHMgAigCAGohASABIAFBEXZzIQEgAUHAAHEEQCACIAFBBWw2AgAgAUEFdyEBBSACIAA6AAALIABBAWshACAADQALIAELABkEbmFtZQISAQADAARsZWZ0AQNtaXgCAmF0";

/** V8 optimizes the kernel in the background once it has run for a while; until then it is slow. */
const ROUNDS = 40;
const MS_MAX = 12;

/**
 * Units of bounded fuel that a millisecond of computing is worth on this machine, now. The best of
 * some rounds: whatever else the machine does makes them slower, never faster.
 */
export function measureFuelPerMs(clock: Clock): number {
  const { bytes } = rewriteModule(Buffer.from(CALIBRATION_BASE64, "base64"), DEFAULT_POLICY);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const { run, [FUEL_EXPORT]: fuel } = exports;
  assert(typeof run === "function" && fuel instanceof WebAssembly.Global, "the kernel is ours");
  const endMs = clock.monotonicMs() + MS_MAX;
  let best = 0;
  for (let round = 0; round < ROUNDS && clock.monotonicMs() < endMs; round++) {
    fuel.value = BigInt(Number.MAX_SAFE_INTEGER);
    const startMs = clock.monotonicMs();
    run();
    const tookMs = clock.monotonicMs() - startMs;
    best = Math.max(best, (Number.MAX_SAFE_INTEGER - Number(fuel.value)) / tookMs);
  }
  return Math.round(best);
}

/** The same, measured when it is first asked for, and once. */
export function createFuelRate(clock: Clock): () => number {
  let fuelPerMs: number | undefined;
  return () => (fuelPerMs ??= measureFuelPerMs(clock));
}

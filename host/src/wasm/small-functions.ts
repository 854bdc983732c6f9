import { ByteReader } from "./binary/byte-reader.ts";

/** A function whose body is shorter is small to V8 (wasm/module-decoder-impl.h). */
const SMALL_BYTES = 50;

/** What metering adds itself: one small function, called when fuel has run out. */
const ADDED = 1;

/**
 * How many empty functions a metered module gets, so that half of its functions are small.
 *
 * V8 takes a module in which few functions are small for one whose compiler has inlined already, and
 * inlines a tenth of what it would otherwise (`BudgetScaleFactor` in wasm/inlining-tree.h). Charges make
 * small functions larger, so that a metered module looks like that although it is the one that needs
 * inlining. A `full` hook lost more by it than by all its charges. The functions that are added are
 * never called, and a guest has no way to ask V8 for more than it could by itself.
 */
export function countFillers(bodies: Uint8Array): number {
  const reader = new ByteReader(bodies);
  let count = ADDED;
  let small = ADDED;
  while (reader.left > 0) {
    const size = reader.u32();
    reader.skip(size);
    count++;
    if (size < SMALL_BYTES) small++;
  }
  return Math.max(0, count - 2 * small);
}

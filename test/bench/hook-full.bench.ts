import type { Measure } from "./support.ts";
import { measureHook } from "./support-hook.ts";

/** A hook in TypeScript itself: the engine's snapshot. */
export async function run(): Promise<readonly Measure[]> {
  return measureHook("full");
}

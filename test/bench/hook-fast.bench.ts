import type { Measure } from "./support.ts";
import { measureHook } from "./support-hook.ts";

/** The same hook compiled: the fast target. */
export async function run(): Promise<readonly Measure[]> {
  return measureHook("fast");
}

import { TestFolder } from "../support/folder.ts";
import { compareFuel, compareSchemes } from "./metering/compare.ts";
import { hookKernel } from "./metering/hook-kernel.ts";
import { INLINED, OURS, UNMETERED } from "./metering/schemes.ts";
import type { Measure } from "./support.ts";
import { measureHook } from "./support-hook.ts";
import { buildHook } from "./support-hook-case.ts";

const BENCH = "hook-full";

/** A hook in TypeScript itself: the engine's snapshot. */
export async function run(): Promise<readonly Measure[]> {
  return [...(await measureHook("full")), ...(await measureMetering())];
}

/** What counting fuel costs such a hook, and how far the count lies above the exact one. */
async function measureMetering(): Promise<readonly Measure[]> {
  await using folder = await TestFolder.create();
  const kernel = hookKernel(await buildHook("full", folder));
  const times = await compareSchemes({ bench: BENCH, metric: "metered" }, kernel, [
    OURS,
    UNMETERED,
    INLINED,
  ]);
  return [...times, await compareFuel({ bench: BENCH, metric: "metered-fuel" }, kernel)];
}

import type { CheckedPlugin } from "../../plugins/check.ts";
import { compileProfiled } from "../../sandbox/profiling/compile-profiled.ts";
import { FuelProfiler } from "../../sandbox/profiling/fuel-profiler.ts";
import type { Frame } from "../../sandbox/profiling/frames.ts";
import type { LoadedCode, OpenOptions } from "../open-plugin.ts";
import { withSources } from "../profile/source-lines.ts";
import { sumFunctions } from "../profile/sum-functions.ts";
import type { PluginCase } from "./case.ts";
import type { FuelByName } from "./fuel-lock.ts";
import { runCase } from "./run-case.ts";

/** The rest are too many to read, and too small to matter. */
const FUNCTIONS_MAX = 20;

/** What each function takes itself in a case, the start of the plugin included, the dearest first. */
export async function measureFunctions(
  plugin: CheckedPlugin,
  written: PluginCase,
): Promise<FuelByName> {
  const profilers: FuelProfiler[] = [];
  const load: OpenOptions["load"] = async (bytes, options): Promise<LoadedCode> => {
    const code = await compileProfiled(bytes, { ...options, accounting: "bounded" });
    const profiler = new FuelProfiler(code.profiled, { showEngine: false });
    profilers.push(profiler);
    return { module: code.module, watch: profiler };
  };
  await runCase(plugin, written, load);
  const sums = new Map<string, number>();
  for (const { profile } of profilers) {
    for (const { frame, self } of sumFunctions(withSources(profile, plugin.bytes))) {
      const name = nameOf(frame);
      sums.set(name, (sums.get(name) ?? 0) + self);
    }
  }
  const sorted = [...sums].toSorted((a, b) => b[1] - a[1]);
  return Object.fromEntries(sorted.slice(0, FUNCTIONS_MAX));
}

/** Without lines, which move with every edit. */
function nameOf({ name, place }: Frame): string {
  return place === undefined ? name : `${name} (${place.file})`;
}

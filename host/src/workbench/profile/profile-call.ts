import type { FrameParts } from "../../abi/exchange-frame.ts";
import type { HookName } from "../../contracts/hooks.ts";
import { assert } from "../../lib/assert.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { compileProfiled } from "../../sandbox/profiling/compile-profiled.ts";
import { FuelProfiler, type FuelProfile } from "../../sandbox/profiling/fuel-profiler.ts";
import { withSources } from "./source-lines.ts";
import { openPlugin, type CallResult, type LoadedCode, type OpenOptions } from "../open-plugin.ts";

export interface ProfiledCall {
  readonly hook: HookName;
  readonly input: FrameParts;
  readonly fuel: number | undefined;
  /** How often it is called, one after the other; a call that fails is the last. */
  readonly calls: number;
}

export interface ProfileOptions extends Omit<OpenOptions, "load"> {
  readonly accounting: "bounded" | "exact";
  /** Functions of an engine that runs the author's functions are shown, too. */
  readonly showEngine: boolean;
}

export interface CallProfile {
  readonly profile: FuelProfile;
  /** How each call ended. The last one may have failed. */
  readonly results: readonly CallResult[];
}

/** Calls a hook and adds up where the fuel goes. What starts the plugin is not in it, unless it fails. */
export async function profileCall(
  plugin: CheckedPlugin,
  call: ProfiledCall,
  { accounting, showEngine, ...options }: ProfileOptions,
): Promise<CallProfile> {
  let profiler: FuelProfiler | undefined;
  const load: OpenOptions["load"] = async (bytes, compileOptions): Promise<LoadedCode> => {
    const code = await compileProfiled(bytes, { ...compileOptions, accounting });
    profiler = new FuelProfiler(code.profiled, { showEngine });
    return { module: code.module, watch: profiler };
  };
  using opened = openPlugin(plugin, { ...options, load });
  const results: CallResult[] = [];
  // A start that fails fails the call, too, which says how.
  const isStarted = await opened.start().then(
    () => true,
    () => false,
  );
  if (isStarted) profiler?.clear();
  for (let made = 0; made < call.calls; made++) {
    const result = await opened.call(call.hook, call.input, { fuel: call.fuel });
    results.push(result);
    if (result.error !== undefined) break;
  }
  assert(profiler !== undefined, "a plugin that was called is loaded");
  return { profile: withSources(profiler.profile, plugin.bytes), results };
}

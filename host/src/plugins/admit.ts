import { compileModule, resumeModule } from "../sandbox/compile.ts";
import type { CompiledModule } from "../sandbox/compile.ts";
import type { ModuleCache } from "../sandbox/module-cache.ts";
import { checkReadPlugin, readPlugin } from "./check.ts";
import type { CheckedPlugin } from "./check.ts";
import type { ChosenPlugin } from "./choose.ts";
import { inFile } from "./file-error.ts";
import { findIdle } from "./idle.ts";
import { findIgnoredSidecar } from "./ignored-sidecar.ts";
import type { FuelPerMs } from "./limit-layers.ts";
import { resolveLimits, type ResolvedLimits } from "./limits.ts";
import { checkSettings } from "./settings.ts";
import { findUnmet } from "./unmet.ts";

/** A plugin that nothing keeps from running but its code, and what runs. */
export interface AdmittedPlugin {
  readonly checked: CheckedPlugin;
  readonly limits: ResolvedLimits;
  /** What an operator should know although it does run, a sentence each. */
  readonly notes: readonly string[];
  /** Meters and compiles the code: the last that can refuse it before something of it runs. */
  readonly compile: () => Promise<CompiledModule>;
}

interface AdmitTools {
  readonly fuelPerMs: FuelPerMs;
  /** Where metered modules are kept; undefined: nothing is read or written. */
  readonly modules: ModuleCache | undefined;
}

/**
 * All that refuses a plugin before something of it runs, for who starts it as for who only wants to
 * know. Throws `BackworksErrors` of what the operator wrote, or the `BackworksError` of its file.
 */
export async function admitPlugin(
  choice: ChosenPlugin,
  { fuelPerMs, modules: cache }: AdmitTools,
): Promise<AdmittedPlugin> {
  const { name, file, settings } = choice;
  const plugin = await readPlugin(file);
  const { bytes, sha256, manifest } = plugin;
  const limits = resolveLimits(manifest, settings.limits, fuelPerMs);
  const { accounting, memoryPagesMax } = limits.guest;
  const options = { accounting, memoryPagesMax, cache, sha256 };
  // V8 is at work from here on, if there was something in the cache: in its own threads.
  const isHere = settings.isolation === "shared";
  const resumed = isHere ? await resumeModule(sha256, options) : undefined;
  const checked = checkReadPlugin(plugin);
  checkSettings(name, checked, settings);
  const notes = [
    ...findUnmet({ ...choice, manifest }, fuelPerMs),
    ...findIdle(manifest, settings),
    ...(await findIgnoredSidecar(checked)),
  ];
  const compile = async (): Promise<CompiledModule> => {
    try {
      return await compileModule(bytes, { ...options, summary: checked.summary, resumed });
    } catch (error) {
      throw inFile(file, error);
    }
  };
  return { checked, limits, notes, compile };
}

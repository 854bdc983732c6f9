import { Kernel } from "../abi/kernel.ts";
import type { Logger } from "../lib/logger.ts";
import type { ObserveCall } from "../sandbox/call-meter.ts";
import type { PluginServices } from "../sandbox/capabilities/services.ts";
import { compileModule, resumeModule } from "../sandbox/compile.ts";
import type { CompileOptions, ResumedModule } from "../sandbox/compile.ts";
import { createGuest } from "../sandbox/guest.ts";
import type { Guest } from "../sandbox/guest.ts";
import type { GuestLimits } from "../sandbox/limits.ts";
import type { ModuleCache } from "../sandbox/module-cache.ts";
import { createProcessGuest } from "../sandbox/process/process-guest.ts";
import type { CheckedPlugin } from "./check.ts";
import type { PluginSettings } from "./choose.ts";

export interface GuestStart {
  readonly name: string;
  readonly checked: Pick<CheckedPlugin, "bytes" | "sha256" | "summary">;
  /** What `resumeGuest` answered. */
  readonly resumed: ResumedModule | undefined;
  readonly settings: PluginSettings;
  readonly limits: GuestLimits;
  readonly cache: ModuleCache | undefined;
  readonly logger: Logger;
  readonly services: PluginServices;
  readonly onCall: ObserveCall | undefined;
}

/** Begins to compile what an earlier start has kept of a plugin; nothing of it runs. */
export async function resumeGuest(
  sha256: string,
  { isolation }: Pick<PluginSettings, "isolation">,
  limits: GuestLimits,
  cache: ModuleCache | undefined,
): Promise<ResumedModule | undefined> {
  return isolation === "process" ? undefined : resumeModule(sha256, compileOptions(limits, cache));
}

/** Starts a plugin's code where its settings say. */
export async function startGuest(start: GuestStart): Promise<Guest> {
  const { name, checked, resumed, settings, limits, cache, logger, services, onCall } = start;
  const { config, isolation } = settings;
  if (isolation === "process") {
    const options = { name, bytes: checked.bytes, config, limits, logger, services };
    return createProcessGuest({ ...options, ...(onCall && { onCall }) });
  }
  const { bytes, sha256, summary } = checked;
  const options = { ...compileOptions(limits, cache), sha256, summary, resumed };
  const compiling = compileModule(bytes, options);
  // While V8 is at work.
  const kernel = new Kernel(limits.kernelBytesMax);
  const module = await compiling;
  const around = { config, limits, logger, services, ...(onCall && { onCall }) };
  return createGuest({ name, module, kernel, ...around });
}

function compileOptions(
  { accounting, memoryPagesMax }: GuestLimits,
  cache: ModuleCache | undefined,
): CompileOptions {
  return { accounting, memoryPagesMax, cache };
}

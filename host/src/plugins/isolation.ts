import type { Logger } from "../lib/logger.ts";
import type { ObserveCall } from "../sandbox/call-meter.ts";
import type { PluginServices } from "../sandbox/capabilities/services.ts";
import { compileModule } from "../sandbox/compile.ts";
import { createGuest } from "../sandbox/guest.ts";
import type { Guest } from "../sandbox/guest.ts";
import type { GuestLimits } from "../sandbox/limits.ts";
import type { ModuleCache } from "../sandbox/module-cache.ts";
import { createProcessGuest } from "../sandbox/process/process-guest.ts";
import type { PluginSettings } from "./choose.ts";

export interface GuestStart {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly settings: PluginSettings;
  readonly limits: GuestLimits;
  readonly cache: ModuleCache | undefined;
  readonly logger: Logger;
  readonly services: PluginServices;
  readonly onCall: ObserveCall | undefined;
}

/** Starts a plugin's code where its settings say. */
export async function startGuest(start: GuestStart): Promise<Guest> {
  const { name, bytes, sha256, settings, limits, cache, logger, services, onCall } = start;
  const { config, isolation } = settings;
  if (isolation === "process") {
    const options = { name, bytes, config, limits, logger, services };
    return createProcessGuest({ ...options, ...(onCall && { onCall }) });
  }
  const { accounting, memoryPagesMax } = limits;
  const module = await compileModule(bytes, { accounting, memoryPagesMax, sha256, cache });
  return createGuest({ name, module, config, limits, logger, services, ...(onCall && { onCall }) });
}

import { Kernel } from "../abi/kernel.ts";
import type { Logger } from "../lib/logger.ts";
import type { ObserveCall } from "../sandbox/call-meter.ts";
import type { PluginServices } from "../sandbox/capabilities/services.ts";
import { createGuest } from "../sandbox/guest.ts";
import type { Guest } from "../sandbox/guest.ts";
import type { GuestLimits } from "../sandbox/limits.ts";
import { createProcessGuest } from "../sandbox/process/process-guest.ts";
import type { AdmittedPlugin } from "./admit.ts";
import type { PluginSettings } from "./choose.ts";

export interface GuestStart {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** A process of its own compiles by itself. */
  readonly compile: AdmittedPlugin["compile"];
  readonly settings: PluginSettings;
  readonly limits: GuestLimits;
  readonly logger: Logger;
  readonly services: PluginServices;
  readonly onCall: ObserveCall | undefined;
}

/** Starts a plugin's code where its settings say. */
export async function startGuest(start: GuestStart): Promise<Guest> {
  const { name, bytes, compile, settings, limits, logger, services, onCall } = start;
  const { config, isolation } = settings;
  if (isolation === "process") {
    const options = { name, bytes, config, limits, logger, services };
    return createProcessGuest({ ...options, ...(onCall && { onCall }) });
  }
  const compiling = compile();
  // While V8 is at work.
  const kernel = new Kernel(limits.kernelBytesMax);
  const module = await compiling;
  const around = { config, limits, logger, services, ...(onCall && { onCall }) };
  return createGuest({ name, module, kernel, ...around });
}

import { NOTHING_ASKED } from "../contracts/capabilities.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { watchGuest } from "../executor/watch-guest.ts";
import { systemClock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
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

/** A process of its own has no way to the host's capabilities: a plugin that needs them is refused. */
export function checkIsolation(name: string, manifest: Manifest, settings: PluginSettings): void {
  if (settings.isolation === "shared") return;
  const asked = Object.entries(manifest.capabilities)
    .filter(([key, value]) => JSON.stringify(value) !== NOTHING.get(key))
    .map(([key]) => key);
  if (asked.length === 0) return;
  throw new BackworksError(
    "plugin_capability_denied",
    `${name} asks for ${asked.join(", ")}, and isolation: process grants no capabilities: set plugins.${name}.isolation to shared, or do without the plugin`,
    { position: settings.position, details: { plugin: name, capabilities: asked } },
  );
}

const NOTHING: ReadonlyMap<string, string> = new Map(
  Object.entries(NOTHING_ASKED).map(([key, value]) => [key, JSON.stringify(value)]),
);

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
    const guest = await createProcessGuest({ name, bytes, config, limits, logger });
    return onCall === undefined ? guest : watchGuest(guest, onCall, systemClock);
  }
  const { accounting, memoryPagesMax } = limits;
  const module = await compileModule(bytes, { accounting, memoryPagesMax, sha256, cache });
  return createGuest({ name, module, config, limits, logger, services, ...(onCall && { onCall }) });
}

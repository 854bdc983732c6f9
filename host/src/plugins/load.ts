import type { Grants } from "../contracts/capabilities.ts";
import type { Manifest } from "../contracts/manifest.ts";
import type { Logger } from "../lib/logger.ts";
import type { ObserveCall } from "../sandbox/call-meter.ts";
import type { PluginServices } from "../sandbox/capabilities/services.ts";
import type { Guest } from "../sandbox/guest.ts";
import { readPlugin } from "./check.ts";
import { inFile } from "./file-error.ts";
import type { ChosenPlugin } from "./choose.ts";
import { checkGrants, findDenied } from "./grants.ts";
import { startGuest } from "./isolation.ts";
import { findCut, resolveLimits, type ResolvedLimits } from "./limits.ts";
import { checkPluginConfig } from "./plugin-config.ts";
import type { SharedServices } from "./shared-services.ts";

/** A plugin that runs. */
export interface LoadedPlugin {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly manifest: Manifest;
  readonly critical: boolean;
  readonly grants: Grants;
  readonly limits: ResolvedLimits;
  readonly guest: Guest;
  /** To be disposed of after the guest is closed. */
  readonly services: PluginServices;
}

/** Who is told of a plugin's calls; nobody, if that is undefined. */
export type ObservePlugin = (name: string) => ObserveCall | undefined;

/**
 * Checks, compiles and initializes a plugin. Throws the `BackworksError` that refuses it; nothing of
 * a refused plugin stays behind.
 */
export async function loadPlugin(
  choice: ChosenPlugin,
  logger: Logger,
  shared: SharedServices,
  observe: ObservePlugin = () => undefined,
): Promise<LoadedPlugin> {
  const { name, file, settings } = choice;
  const checked = await readPlugin(file);
  const { bytes, sha256, manifest } = checked;
  checkPluginConfig(name, manifest, settings);
  checkGrants(name, checked, settings);
  const own = logger.child({ plugin: name });
  const { grants } = settings;
  for (const { what } of findDenied(manifest.capabilities, grants)) {
    own.warn({}, `it asks for ${what}, which is not granted`);
  }
  const limits = resolveLimits(manifest, settings.limits, shared.fuelPerMs);
  for (const cut of findCut(manifest, settings.limits)) {
    own.warn({}, `${cut}: set plugins.${name}.limits to change that`);
  }
  const critical = settings.critical ?? manifest.critical;
  const services = shared.create(name, manifest.capabilities, grants);
  try {
    const onCall = observe(name);
    const guest = await startGuest({
      name,
      bytes,
      sha256,
      settings,
      limits: limits.guest,
      cache: shared.modules,
      logger: own,
      services,
      onCall,
    });
    return { name, file, sha256, manifest, critical, grants, limits, guest, services };
  } catch (error) {
    services[Symbol.dispose]();
    throw inFile(file, error);
  }
}

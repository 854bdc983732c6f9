import type { Grants } from "../contracts/capabilities.ts";
import type { Manifest } from "../contracts/manifest.ts";
import type { Logger } from "../lib/logger.ts";
import type { PluginServices } from "../sandbox/capabilities/services.ts";
import type { Guest } from "../sandbox/guest.ts";
import { checkPlugin } from "./check.ts";
import type { ChosenPlugin } from "./choose.ts";
import { checkGrants, findDenied } from "./grants.ts";
import { checkIsolation, startGuest } from "./isolation.ts";
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
  readonly guest: Guest;
  /** To be disposed of after the guest is closed. */
  readonly services: PluginServices;
}

/**
 * Checks, compiles and initializes a plugin. Throws the `BackworksError` that refuses it; nothing of
 * a refused plugin stays behind.
 */
export async function loadPlugin(
  choice: ChosenPlugin,
  logger: Logger,
  shared: SharedServices,
): Promise<LoadedPlugin> {
  const { name, file, settings } = choice;
  const checked = await checkPlugin(file);
  const { bytes, sha256, manifest } = checked;
  checkPluginConfig(name, manifest, settings);
  checkIsolation(name, manifest, settings);
  checkGrants(name, checked, settings);
  const own = logger.child({ plugin: name });
  const { grants } = settings;
  for (const { what } of findDenied(manifest.capabilities, grants)) {
    own.warn({}, `it asks for ${what}, which is not granted`);
  }
  const critical = settings.critical ?? manifest.critical;
  const services = shared.create(name, manifest.capabilities, grants);
  try {
    const guest = await startGuest({ name, bytes, settings, logger: own, services });
    return { name, file, sha256, manifest, critical, grants, guest, services };
  } catch (error) {
    services[Symbol.dispose]();
    throw error;
  }
}

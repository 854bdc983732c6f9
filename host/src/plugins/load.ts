import type { Manifest } from "../contracts/manifest.ts";
import type { Logger } from "../lib/logger.ts";
import type { Guest } from "../sandbox/guest.ts";
import { checkPlugin } from "./check.ts";
import type { ChosenPlugin } from "./choose.ts";
import { checkIsolation, startGuest } from "./isolation.ts";
import { checkPluginConfig } from "./plugin-config.ts";

/** A plugin that runs. */
export interface LoadedPlugin {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly manifest: Manifest;
  readonly critical: boolean;
  readonly guest: Guest;
}

/**
 * Checks, compiles and initializes a plugin. Throws the `BackworksError` that refuses it; nothing of
 * a refused plugin stays behind.
 */
export async function loadPlugin(choice: ChosenPlugin, logger: Logger): Promise<LoadedPlugin> {
  const { name, file, settings } = choice;
  const { bytes, sha256, manifest } = await checkPlugin(file);
  checkPluginConfig(name, manifest, settings);
  checkIsolation(name, manifest, settings);
  const guest = await startGuest(name, bytes, settings, logger.child({ plugin: name }));
  return { name, file, sha256, manifest, guest, critical: settings.critical ?? manifest.critical };
}

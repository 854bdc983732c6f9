import type { Grants } from "../contracts/capabilities.ts";
import type { Isolation } from "../contracts/config.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { escapeText } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import type { ObserveCall } from "../sandbox/call-meter.ts";
import type { PluginServices } from "../sandbox/capabilities/services.ts";
import type { Guest } from "../sandbox/guest.ts";
import { admitPlugin } from "./admit.ts";
import { inFile } from "./file-error.ts";
import type { ChosenPlugin } from "./choose.ts";
import { startGuest } from "./isolation.ts";
import type { ResolvedLimits } from "./limits.ts";
import type { SharedServices } from "./shared-services.ts";

/** A plugin that runs. */
export interface LoadedPlugin {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly manifest: Manifest;
  readonly critical: boolean;
  readonly isolation: Isolation;
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
  const { grants, isolation } = settings;
  const { checked, limits, notes, compile } = await admitPlugin(choice, shared);
  const { bytes, sha256, manifest } = checked;
  const own = logger.child({ plugin: name });
  for (const what of notes) own.warn({}, escapeText(what));
  const critical = settings.critical ?? manifest.critical;
  const services = shared.create(name, manifest.capabilities, grants);
  try {
    const onCall = observe(name);
    const guest = await startGuest({
      name,
      bytes,
      compile,
      settings,
      limits: limits.guest,
      logger: own,
      services,
      onCall,
    });
    return { name, file, sha256, manifest, critical, isolation, grants, limits, guest, services };
  } catch (error) {
    services[Symbol.dispose]();
    throw inFile(file, error);
  }
}

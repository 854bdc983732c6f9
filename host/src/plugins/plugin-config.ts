import { parsePointer, printPath } from "../config/node.ts";
import { compileSchema } from "../config/schema.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import type { PluginSettings } from "./choose.ts";

/**
 * Checks the operator's configuration of a plugin against the plugin's own schema. Throws every
 * problem at once, each with its place in the operator's file.
 */
export function checkPluginConfig(
  name: string,
  manifest: Manifest,
  { config, position, configPositions }: PluginSettings,
): void {
  if (manifest.configSchema === undefined) return;
  const problems = compileSchema(manifest.configSchema)(config);
  if (problems.length === 0) return;
  throw new BackworksErrors(
    problems.map(({ pointer, message }) => {
      const path = printPath(["plugins", name, "config", ...parsePointer(pointer)]);
      return new BackworksError("plugin_config_invalid", `${path}: ${message}`, {
        position: configPositions.get(pointer) ?? position,
      });
    }),
  );
}

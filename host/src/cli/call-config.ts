import { resolve } from "node:path";
import { readConfigFile } from "../config/file.ts";
import { positionsBelow, toJson } from "../config/node.ts";
import { readYaml } from "../config/read.ts";
import type { JsonObject } from "../contracts/json.ts";
import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import { problemsOf } from "../lib/join-errors.ts";
import type { CheckedPlugin } from "../plugins/check.ts";
import { checkPluginConfig } from "../plugins/plugin-config.ts";

/**
 * The configuration of a plugin from a YAML or JSON file of its own, `{}` without one, checked against
 * the plugin's schema. Throws `plugin_config_invalid` and what reading throws.
 */
export async function readCallConfig(
  { file: module, manifest }: CheckedPlugin,
  option: string | undefined,
  directory: string,
): Promise<JsonObject> {
  if (option === undefined) {
    const advice = "; give it a configuration with --config FILE";
    const settings = { config: {}, position: { file: module }, configPositions: new Map(), advice };
    checkPluginConfig(manifest.name, manifest, settings);
    return settings.config;
  }
  const file = resolve(directory, option);
  const node = readYaml(await readConfigFile(file), file);
  if (node.kind !== "map") {
    const message = `expected a map of keys, as below plugins.${manifest.name}.config`;
    throw new BackworksError("plugin_config_invalid", message, { position: node.position });
  }
  const config = toJson(node);
  const isApplication = APPLICATION_KEYS.filter((key) => Object.hasOwn(config, key)).length > 1;
  const problems = problemsOf(() =>
    checkPluginConfig(manifest.name, manifest, {
      config,
      position: node.position,
      configPositions: positionsBelow(node),
    }),
  );
  if (isApplication && (problems.length > 0 || manifest.configSchema === undefined)) {
    throw mistaken(option, manifest.name);
  }
  if (problems.length > 0) throw new BackworksErrors(problems);
  return config;
}

/** Other commands want the whole file under the same letter. */
const APPLICATION_KEYS = ["endpoints", "plugins", "plugin_discovery", "server"] as const;

function mistaken(option: string, plugin: string): BackworksError {
  const message = `${option} is the configuration of an application: here --config is a file of what stands below plugins.${plugin}.config in it, and of nothing else`;
  return new BackworksError("usage", message);
}

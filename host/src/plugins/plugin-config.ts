import { parsePointer, printPath } from "../config/node.ts";
import { compileSchema } from "../config/schema.ts";
import type { SchemaCheck } from "../config/schema.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { PluginSettings } from "./choose.ts";

/** Enough to see how it is written. */
const KEYS_SHOWN_MAX = 5;

/** A configuration, and where it was written. */
export type WrittenSettings = Pick<PluginSettings, "config" | "position" | "configPositions"> & {
  /** Where to write one, when there is none at all. */
  readonly advice?: string;
};

/**
 * Checks the operator's configuration of a plugin against the plugin's own schema. Throws every
 * problem at once, each with its place in the operator's file.
 */
export function checkPluginConfig(
  name: string,
  manifest: Manifest,
  settings: WrittenSettings,
): void {
  const { configSchema } = manifest;
  if (configSchema === undefined) return;
  const { config, position, configPositions } = settings;
  const problems = checkOf(configSchema)(config);
  if (problems.length === 0) return;
  const isAbsent = position.line === undefined && configPositions.size === 0;
  const advice = isAbsent ? (settings.advice ?? adviceFor(name, configSchema)) : "";
  throw new BackworksErrors(
    problems.map(({ pointer, message }, index) => {
      const path = printPath(["plugins", name, "config", ...parsePointer(pointer)]);
      const last = index === problems.length - 1 ? advice : "";
      return new BackworksError("plugin_config_invalid", `${path}: ${message}${last}`, {
        position: configPositions.get(pointer) ?? position,
      });
    }),
  );
}

/** Throws `plugin_manifest_invalid` for a `config_schema` that is none: nobody could configure it. */
export function requireUsableSchema({ configSchema }: Pick<Manifest, "configSchema">): void {
  if (configSchema !== undefined) checkOf(configSchema);
}

const checks = new WeakMap<JsonObject, SchemaCheck>();

/** Compiling takes a millisecond, and a schema is asked for when its file is checked, too. */
function checkOf(schema: JsonObject): SchemaCheck {
  const known = checks.get(schema);
  if (known !== undefined) return known;
  const check = compileSchema(schema);
  checks.set(schema, check);
  return check;
}

/** A plugin that was only dropped in has no place in the operator's file to point to. */
function adviceFor(name: string, { required }: JsonObject): string {
  const keys = Array.isArray(required) ? required.slice(0, KEYS_SHOWN_MAX).map(String) : [];
  const lines = keys.map((key) => `      ${escapeText(key, 60)}: …`);
  const written = ["plugins:", `  ${name}:`, "    config:", ...lines].join("\n");
  return `; write it in the configuration:\n${written}`;
}

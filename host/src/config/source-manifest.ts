import { ABI_VERSION } from "../contracts/manifest.ts";
import type { JsonObject } from "../contracts/json.ts";
import { BackworksError } from "../lib/errors.ts";
import { recode } from "../lib/join-errors.ts";
import { findManifestProblems, positionsIn, toManifest } from "./manifest.ts";
import { parsePointer, printPath, toJson } from "./node.ts";
import type { ConfigPath } from "./node.ts";
import { Problems } from "./problems.ts";
import { readYaml } from "./read.ts";
import { compileSchema, UnusableSchema } from "./schema.ts";

/** What only the build and editors read of plugin.yaml. */
const BUILD_KEYS: ReadonlySet<string> = new Set(["entry", "target", "$schema"]);

/**
 * Checks the plugin.yaml beside a plugin's source as the host will check what is built of it, its
 * configuration schema included. Throws everything that is wrong, each with line and column.
 */
export function checkSourceManifest(text: string, file: string): void {
  try {
    check(text, file);
  } catch (thrown) {
    throw recode("build_manifest_invalid", thrown);
  }
}

function check(text: string, file: string): void {
  const node = readYaml(text, file);
  const positionOf = positionsIn(node);
  const written = node.kind === "map" ? withoutBuildKeys(toJson(node)) : toJson(node);
  const problems = new Problems();
  for (const { path, of, message } of findManifestProblems(written)) {
    problems.add("build_manifest_invalid", message, positionOf(path, of));
  }
  problems.throwIfAny();
  const { configSchema } = toManifest(written, positionOf);
  if (configSchema === undefined) return;
  for (const { path, message } of findSchemaProblems(configSchema)) {
    problems.add("build_manifest_invalid", message, positionOf(path));
  }
  problems.throwIfAny();
}

/** The build writes `abi` itself. */
function withoutBuildKeys(written: JsonObject): JsonObject {
  const kept = Object.entries(written).filter(([key]) => !BUILD_KEYS.has(key));
  return { abi: ABI_VERSION, ...Object.fromEntries(kept) };
}

function findSchemaProblems(schema: JsonObject): { path: ConfigPath; message: string }[] {
  try {
    compileSchema(schema);
    return [];
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    if (!(error.cause instanceof UnusableSchema)) {
      return [{ path: ["config_schema"], message: error.message }];
    }
    return error.cause.problems.map(({ pointer, message }) => {
      const path = ["config_schema", ...parsePointer(pointer)];
      return { path, message: `${printPath(path)}: ${message}` };
    });
  }
}

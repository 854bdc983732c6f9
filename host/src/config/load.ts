import { dirname, resolve } from "node:path";
import type { Config } from "../contracts/config.ts";
import { readConfigFile } from "./file.ts";
import { interpolate } from "./interpolate.ts";
import type { Environment } from "./interpolate.ts";
import { stripLegacy } from "./legacy/strip.ts";
import type { Notes } from "./endpoints.ts";
import type { ConfigNode } from "./node.ts";
import { Problems } from "./problems.ts";
import { readYaml } from "./read.ts";
import { resolveConfig } from "./resolve.ts";
import { ownSchema } from "./schemas.ts";
import { validate } from "./validate.ts";

/**
 * Loads a configuration. Throws `BackworksErrors` with everything that is wrong with its contents, in
 * the order of the file, or a `BackworksError` when the file cannot be read as YAML at all.
 */
export async function loadConfig(file: string, env: Environment): Promise<Config> {
  const absolute = resolve(file);
  const notes: Notes = { problems: new Problems(), warnings: [] };
  const read = async (path: string): Promise<ConfigNode> =>
    interpolate(readYaml(await readConfigFile(path), path), env, notes.problems);

  const written = await read(absolute);
  const current = stripLegacy(written, notes);
  validate(current, ownSchema("config"), notes.problems);
  // What the schema refuses has no shape to resolve.
  notes.problems.throwIfAny();
  const files = { directory: dirname(absolute), read };
  const config = await resolveConfig(absolute, current, files, notes);
  notes.problems.throwIfAny();
  return config;
}

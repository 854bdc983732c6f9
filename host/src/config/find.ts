import { stat } from "node:fs/promises";
import { join } from "node:path";
import { BackworksError } from "../lib/errors.ts";

/** File names of a configuration, in the order in which they are looked for. */
const CONFIG_NAMES = [
  "backworks.yaml",
  "main.yaml",
  "blueprints/main.yaml",
  "blueprint.yaml",
] as const;

/** Finds the configuration of a directory. */
export async function findConfig(directory: string): Promise<string> {
  for (const name of CONFIG_NAMES) {
    const file = join(directory, name);
    if (await isFile(file)) return file;
  }
  const tried = CONFIG_NAMES.join(", ");
  throw new BackworksError("config_not_found", `no configuration in ${directory}: tried ${tried}`, {
    details: { directory, tried: CONFIG_NAMES },
  });
}

/** Whatever else stands under the name (a directory, a dead link) is no configuration. */
async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { DiscoveryConfig } from "../contracts/config.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError } from "../lib/errors.ts";
import { fileError, isMissing } from "./file-error.ts";
import { readManifestOfFile } from "./manifest-file.ts";

/** Files one discovery looks at: a directory with more is not a plugin directory. */
const FILES_MAX = 10_000;
/** Open files at once. */
const READERS = 32;

export interface FoundPlugin {
  readonly file: string;
  readonly manifest: Manifest;
}

export interface RefusedFile {
  readonly file: string;
  readonly error: BackworksError;
}

export interface Discovery {
  /** In the order of the directories, then by name. */
  readonly found: readonly FoundPlugin[];
  readonly refused: readonly RefusedFile[];
}

/** Finds plugins by reading the manifests in `.wasm` files; nothing is executed. */
export async function discoverPlugins(config: DiscoveryConfig): Promise<Discovery> {
  const found: FoundPlugin[] = [];
  const refused: RefusedFile[] = [];
  if (!config.enabled) return { found, refused };
  const files: string[] = [];
  for (const directory of config.directories) {
    try {
      files.push(...(await listModules(directory, config.recursive)));
    } catch (error) {
      if (!(error instanceof BackworksError)) throw error;
      refused.push({ file: directory, error });
    }
  }
  for (const outcome of await readAll([...new Set(files)])) {
    if ("manifest" in outcome) found.push(outcome);
    else refused.push(outcome);
  }
  return { found, refused };
}

/** The defaults name directories that need not exist, so a missing one is empty. */
async function listModules(directory: string, recursive: boolean): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(directory, { recursive });
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileError(directory, error);
  }
  const modules = names.filter((name) => name.endsWith(".wasm")).toSorted();
  if (modules.length > FILES_MAX) {
    throw new BackworksError(
      "plugin_unreadable",
      `${modules.length} .wasm files in ${directory}, at most ${FILES_MAX} are looked at`,
      { position: { file: directory } },
    );
  }
  return modules.map((name) => join(directory, name));
}

async function readAll(files: readonly string[]): Promise<(FoundPlugin | RefusedFile)[]> {
  const outcomes: (FoundPlugin | RefusedFile)[] = [];
  const queue = files.entries();
  const work = async (): Promise<void> => {
    for (const [index, file] of queue) outcomes[index] = await readOne(file);
  };
  await Promise.all(Array.from({ length: READERS }, work));
  return outcomes;
}

async function readOne(file: string): Promise<FoundPlugin | RefusedFile> {
  try {
    return { file, manifest: await readManifestOfFile(file) };
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    return { file, error };
  }
}

import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DiscoveryConfig } from "../contracts/config.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError } from "../lib/errors.ts";
import type { Salvage } from "./duties.ts";
import { fileError, isMissing } from "./file-error.ts";
import { readManifestOfFile, salvageManifestOfFile, SIDECAR, sidecarOf } from "./manifest-file.ts";

/** Files one discovery looks at: a directory with more is not a plugin directory. */
const FILES_MAX = 10_000;
/** Open files at once. */
const READERS = 32;

export interface FoundPlugin {
  readonly file: string;
  readonly manifest: Manifest;
}

export interface RefusedFile {
  /** A module, there or not, or a directory. */
  readonly file: string;
  readonly error: BackworksError;
  /** What its manifest says nevertheless; undefined if that cannot be read. */
  readonly salvage: Salvage | undefined;
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
  const orphans: string[] = [];
  for (const directory of config.directories) {
    try {
      const listing = await listModules(directory, config.recursive);
      files.push(...listing.modules);
      orphans.push(...listing.orphans);
    } catch (error) {
      if (!(error instanceof BackworksError)) throw error;
      refused.push({ file: directory, error, salvage: undefined });
    }
  }
  const outcomes = [
    ...(await readAll([...new Set(files)], readOne)),
    ...(await readAll([...new Set(orphans)], readOrphan)),
  ];
  for (const outcome of outcomes) {
    if ("manifest" in outcome) found.push(outcome);
    else refused.push(outcome);
  }
  return { found, refused };
}

interface Listing {
  readonly modules: readonly string[];
  /** Modules that are not there, although their manifests are. */
  readonly orphans: readonly string[];
}

/** The defaults name directories that need not exist, so a missing one is empty. */
async function listModules(directory: string, recursive: boolean): Promise<Listing> {
  let names: string[];
  try {
    names = await readdir(directory, { recursive });
  } catch (error) {
    if (isMissing(error)) return { modules: [], orphans: [] };
    throw fileError(directory, error);
  }
  const modules = names.filter((name) => name.endsWith(".wasm")).toSorted();
  const present = new Set(modules);
  const orphans = names
    .filter((name) => name.endsWith(SIDECAR))
    .map((name) => `${name.slice(0, -SIDECAR.length)}.wasm`)
    .filter((name) => !present.has(name))
    .toSorted();
  const count = modules.length + orphans.length;
  if (count > FILES_MAX) {
    throw new BackworksError(
      "plugin_unreadable",
      `${count} .wasm files in ${directory}, at most ${FILES_MAX} are looked at`,
      { position: { file: directory } },
    );
  }
  const inside = (name: string): string => join(directory, name);
  return { modules: modules.map(inside), orphans: orphans.map(inside) };
}

type Outcome = FoundPlugin | RefusedFile;

async function readAll(
  files: readonly string[],
  read: (file: string) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = files.entries();
  const work = async (): Promise<void> => {
    for (const [index, file] of queue) outcomes[index] = await read(file);
  };
  await Promise.all(Array.from({ length: READERS }, work));
  return outcomes;
}

async function readOne(file: string): Promise<Outcome> {
  try {
    return { file, manifest: await readManifestOfFile(file) };
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    return { file, error, salvage: await salvageManifestOfFile(file) };
  }
}

/** Half of a plugin: what it was to guard would be open without a word. */
async function readOrphan(file: string): Promise<RefusedFile> {
  const error = new BackworksError(
    "plugin_file_missing",
    `there is no file ${file}, and ${basename(sidecarOf(file))} describes it: put it there, or remove that file too`,
    { position: { file } },
  );
  return { file, error, salvage: await salvageManifestOfFile(file) };
}

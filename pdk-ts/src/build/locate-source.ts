import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { BuildError } from "./build-error.ts";

export const MANIFEST_FILE = "plugin.yaml";

/** Where the source begins when plugin.yaml has no `entry`, in this order. */
export const ENTRIES: readonly string[] = [
  "src/plugin.ts",
  "plugin.ts",
  "src/index.ts",
  "index.ts",
];

const SOURCE_FILE = /\.[cm]?[jt]s$/;

export interface PluginSource {
  /** Absolute: the folder of plugin.yaml. Nothing of it reaches the module. */
  readonly folder: string;
  /** The source file that was named, relative to the folder; undefined when a folder was. */
  readonly entry: string | undefined;
}

/** Finds the plugin that `source` names: a folder with a plugin.yaml, or a source file near one. */
export async function locateSource(source: string): Promise<PluginSource> {
  const path = resolve(source);
  const kind = await kindOf(path);
  if (kind === undefined) {
    throw new BuildError("source_missing", `${source} does not exist`, {
      notes: ["name a folder with a plugin.yaml, or the TypeScript file of a plugin"],
    });
  }
  if (kind === "folder") {
    await requireManifest(path, [path]);
    return { folder: path, entry: undefined };
  }
  if (!SOURCE_FILE.test(path)) {
    throw new BuildError("source_missing", `${source} is neither a folder nor a TypeScript file`);
  }
  const folder = await requireManifest(path, [dirname(path), dirname(dirname(path))]);
  return { folder, entry: relative(folder, path).split(sep).join("/") };
}

/** The source file to begin with, relative to the folder. */
export async function findEntry(folder: string): Promise<string> {
  for (const entry of ENTRIES) {
    if ((await kindOf(join(folder, entry))) === "file") return entry;
  }
  throw new BuildError("source_missing", `${basename(folder)} has no source file`, {
    notes: [`expected one of ${ENTRIES.join(", ")}, or the key "entry" in ${MANIFEST_FILE}`],
  });
}

/** An empty source is one that was not saved, or not begun. */
export async function requireText(folder: string, entry: string): Promise<void> {
  const text = await readFile(join(folder, entry), "utf8");
  if (text.trim() !== "") return;
  throw new BuildError("source_invalid", `${entry} is empty`, {
    position: { file: entry, line: 1, column: 1 },
    notes: [
      `export a function for each hook of ${MANIFEST_FILE}: export function beforeRequest(request) { … }`,
    ],
  });
}

export async function isFile(path: string): Promise<boolean> {
  return (await kindOf(path)) === "file";
}

async function requireManifest(path: string, folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    if ((await kindOf(join(folder, MANIFEST_FILE))) === "file") return folder;
  }
  const where = folders.length === 1 ? "in it" : "beside it or one folder up";
  throw new BuildError("source_missing", `${basename(path)} has no ${MANIFEST_FILE} ${where}`, {
    notes: [
      `a plugin.yaml needs at least: name: my-plugin, version: 1.0.0, hooks: { before_request: {} }`,
    ],
  });
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return "file";
  return found?.isDirectory() === true ? "folder" : undefined;
}

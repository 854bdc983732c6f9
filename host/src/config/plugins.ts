import { extname, resolve } from "node:path";
import type { PluginConfig } from "../contracts/config.ts";
import type { Cursor } from "./cursor.ts";
import type { Notes } from "./endpoints.ts";
import { BackworksError } from "../lib/errors.ts";
import { readGrants } from "./grants.ts";
import { readLimits } from "./limits.ts";
import { ISOLATION_DEFAULT, readIsolation } from "./isolation.ts";
import { positionsBelow, toJson } from "./node.ts";
import type { ConfigNode, MapNode } from "./node.ts";

const NATIVE_LIBRARIES: ReadonlySet<string> = new Set([".so", ".dll", ".dylib"]);

/** The files that a configuration names, read when it is resolved. */
export interface Files {
  /** Folder of the configuration: what relative paths start from. */
  readonly directory: string;
  /** Reads and interpolates a YAML or JSON file. */
  readonly read: (file: string) => Promise<ConfigNode>;
}

/** Resolves `plugins`: a map by name, or the original's list with the name as `type`. */
export async function readPlugins(
  root: Cursor,
  files: Files,
  notes: Notes,
): Promise<PluginConfig[]> {
  const written = root.get("plugins");
  const named = (written?.entries() ?? []).filter(([name]) => name !== "auto_discover");
  const listed = (written?.items() ?? []).map((entry): [string, Cursor] => [
    entry.get("type")?.text() ?? "",
    entry,
  ]);
  const isolation = readIsolation(root) ?? ISOLATION_DEFAULT;
  const plugins: PluginConfig[] = [];
  for (const [name, entry] of [...named, ...listed]) {
    const first = plugins.find((plugin) => plugin.name === name);
    if (first !== undefined) {
      const line = first.position.line ?? 0;
      const message = `${entry.label}: the plugin ${name} is already set in line ${line}`;
      notes.problems.add("config_invalid", message, entry.position);
      continue;
    }
    const plugin = await readPlugin(name, entry, files, notes);
    plugins.push({ ...plugin, isolation: readIsolation(entry) ?? isolation });
  }
  return plugins;
}

async function readPlugin(
  name: string,
  entry: Cursor,
  files: Files,
  notes: Notes,
): Promise<Omit<PluginConfig, "isolation">> {
  const enabled = entry.get("enabled")?.flag() ?? true;
  const config = await readSettings(entry, files, notes);
  const path = entry.get("path");
  if (enabled) {
    checkKind(name, entry, notes);
    checkModulePath(name, path, notes);
  }
  return {
    name,
    enabled,
    path: path === undefined ? undefined : resolve(files.directory, path.text()),
    critical: entry.get("critical")?.flag(),
    grants: readGrants(entry, notes),
    limits: readLimits(entry, notes),
    config: toJson(config),
    position: entry.position,
    configPositions: positionsBelow(config),
  };
}

function checkModulePath(name: string, path: Cursor | undefined, notes: Notes): void {
  if (path === undefined) return;
  const kind = extname(path.text()).toLowerCase();
  if (!NATIVE_LIBRARIES.has(kind)) return;
  const message = `${path.label}: native libraries (${kind}) are not loaded, plugins are WebAssembly modules: build ${name} as .wasm and name that file`;
  notes.problems.add("config_unsupported", message, path.position);
}

/** The original had plugins of three kinds; here all are files. */
function checkKind(name: string, entry: Cursor, notes: Notes): void {
  const kind = entry.get("plugin_type") ?? (isNamed(entry) ? entry.get("type") : undefined);
  if (kind === undefined || kind.text() === "external") return;
  if (kind.text() === "marketplace" && entry.get("path") === undefined) {
    const message = `${kind.label}: plugins are not downloaded at start: save ${name}.wasm and name it as path`;
    notes.problems.add("config_unsupported", message, kind.position);
    return;
  }
  const message = `${kind.label}: ${kind.text()} has no effect, ${name} is loaded as a .wasm file like every plugin`;
  notes.warnings.push({ message, position: kind.position });
}

/** In the list form `type` is the name, not the kind. */
function isNamed(entry: Cursor): boolean {
  return typeof entry.path.at(-1) === "string";
}

/** `config`, and below it the keys of `config_file`. */
async function readSettings(entry: Cursor, files: Files, notes: Notes): Promise<MapNode> {
  const inline = entry.get("config")?.map() ?? emptyMap(entry);
  const at = entry.get("config_file");
  if (at === undefined) return inline;
  const loaded = await readSettingsFile(at, files, notes);
  return { ...inline, entries: new Map([...loaded, ...inline.entries]) };
}

async function readSettingsFile(
  at: Cursor,
  files: Files,
  notes: Notes,
): Promise<MapNode["entries"]> {
  const file = resolve(files.directory, at.text());
  try {
    const loaded = await files.read(file);
    if (loaded.kind === "map") return loaded.entries;
    const message = `${at.label}: expected a map of keys in ${file}`;
    notes.problems.add("config_invalid", message, loaded.position);
  } catch (thrown) {
    // A file that cannot be opened has no lines: the place that names it is what to correct.
    if (thrown instanceof BackworksError && thrown.position?.line === undefined) {
      notes.problems.add("config_invalid", `${at.label}: ${thrown.message}`, at.position);
    } else {
      notes.problems.take(thrown);
    }
  }
  return new Map();
}

function emptyMap(entry: Cursor): MapNode {
  return { kind: "map", entries: new Map(), position: entry.position };
}

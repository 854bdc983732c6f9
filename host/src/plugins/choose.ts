import { basename } from "node:path";
import { NO_GRANTS, type Grants } from "../contracts/capabilities.ts";
import type { Config, Isolation, PluginConfig } from "../contracts/config.ts";
import type { JsonObject } from "../contracts/json.ts";
import { NO_LIMITS, type PluginLimits } from "../contracts/limits.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError } from "../lib/errors.ts";
import type { SourcePosition } from "../lib/errors.ts";
import { nearest } from "../lib/suggest.ts";
import { discoverPlugins } from "./discover.ts";
import type { Discovery, FoundPlugin } from "./discover.ts";
import { readManifestOfFile } from "./manifest-file.ts";
import type { DisabledState, RefusedState } from "./state.ts";

/** What will become of one plugin that the configuration names or discovery finds. */
export type PluginChoice = ChosenPlugin | DisabledState | RefusedState;

export interface ChosenPlugin {
  readonly kind: "chosen";
  /** Name in this host: the key under `plugins`, or the manifest's. */
  readonly name: string;
  readonly file: string;
  readonly manifest: Manifest;
  readonly settings: PluginSettings;
}

/** The operator's part; a plugin that was only dropped in has none. */
export interface PluginSettings {
  readonly config: JsonObject;
  readonly critical: boolean | undefined;
  readonly isolation: Isolation;
  readonly grants: Grants;
  readonly limits: PluginLimits;
  readonly position: SourcePosition;
  readonly configPositions: PluginConfig["configPositions"];
}

/**
 * Brings the configuration and the discovery directories together, sorted by name. A file that the
 * configuration names by its path is that plugin and no other; two discovered files of one name are
 * both refused, since choosing one would be a guess.
 */
export async function choosePlugins(config: Config): Promise<PluginChoice[]> {
  const discovery = withoutConfigured(await discoverPlugins(config.discovery), config.plugins);
  const found = Map.groupBy(discovery.found, (plugin) => plugin.manifest.name);
  const configured = await Promise.all(
    config.plugins.map(async (plugin) => chooseConfigured(plugin, found, discovery)),
  );
  const names = new Set(config.plugins.map((plugin) => plugin.name));
  const dropped = [...found]
    .filter(([name]) => !names.has(name))
    .map(([name, plugins]) => chooseFound(name, plugins, defaultSettings(config)));
  const unreadable = discovery.refused.map(({ file, error }): RefusedState => ({
    kind: "refused",
    name: basename(file),
    file,
    manifest: undefined,
    critical: false,
    error,
  }));
  return [...configured, ...dropped, ...unreadable].toSorted((a, b) =>
    a.name < b.name ? -1 : Number(a.name > b.name),
  );
}

function withoutConfigured(
  { found, refused }: Discovery,
  plugins: readonly PluginConfig[],
): Discovery {
  const paths = new Set(plugins.map(({ path }) => path));
  const isFree = ({ file }: { readonly file: string }): boolean => !paths.has(file);
  return { found: found.filter(isFree), refused: refused.filter(isFree) };
}

async function chooseConfigured(
  plugin: PluginConfig,
  found: ReadonlyMap<string, readonly FoundPlugin[]>,
  discovery: Discovery,
): Promise<PluginChoice> {
  const { name, path } = plugin;
  const candidates = found.get(name) ?? [];
  if (!plugin.enabled) {
    const manifest = candidates[0]?.manifest;
    return { kind: "disabled", name, file: path ?? candidates[0]?.file, manifest };
  }
  if (path === undefined) {
    if (candidates.length > 0) return chooseFound(name, candidates, plugin);
    const critical = plugin.critical ?? false;
    const error = notFound(plugin, discovery);
    return { kind: "refused", name, file: undefined, manifest: undefined, critical, error };
  }
  try {
    const manifest = await readManifestOfFile(path);
    return { kind: "chosen", name, file: path, manifest, settings: plugin };
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    const critical = plugin.critical ?? false;
    return { kind: "refused", name, file: path, manifest: undefined, critical, error };
  }
}

function chooseFound(
  name: string,
  plugins: readonly FoundPlugin[],
  settings: PluginSettings,
): PluginChoice {
  const [first, ...others] = plugins;
  if (first === undefined || others.length > 0) {
    const error = new BackworksError(
      "plugin_name_conflict",
      `${plugins.length} files are plugin "${name}": ${plugins.map((plugin) => plugin.file).join(", ")}`,
    );
    const critical = settings.critical ?? plugins.some(({ manifest }) => manifest.critical);
    return { kind: "refused", name, file: first?.file, manifest: first?.manifest, critical, error };
  }
  return { kind: "chosen", name, ...first, settings };
}

function notFound(plugin: PluginConfig, { found, refused }: Discovery): BackworksError {
  const similar = nearest(
    plugin.name,
    found.map(({ manifest }) => manifest.name),
  );
  const damaged = refused.find(({ file }) => basename(file, ".wasm") === plugin.name);
  let hint = similar === undefined ? "" : `; did you mean "${similar}"?`;
  if (damaged !== undefined) hint = `; ${damaged.file} was refused (${damaged.error.code})`;
  return new BackworksError(
    "plugin_not_found",
    `no plugin "${plugin.name}" in the discovery directories, and plugins.${plugin.name}.path is not set${hint}`,
    { position: plugin.position },
  );
}

function defaultSettings(config: Config): PluginSettings {
  return {
    config: {},
    critical: undefined,
    isolation: config.isolation,
    grants: NO_GRANTS,
    limits: NO_LIMITS,
    position: { file: config.file },
    configPositions: new Map(),
  };
}

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
import type { Discovery, FoundPlugin, RefusedFile } from "./discover.ts";
import { dutiesOf } from "./duties.ts";
import { readManifestOfFile, salvageManifestOfFile } from "./manifest-file.ts";
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
 * both refused, since choosing one would be a guess. A file that is refused is the plugin of its name,
 * unless that is there, or configured with another path.
 */
export async function choosePlugins(config: Config): Promise<PluginChoice[]> {
  const discovery = withoutConfigured(await discoverPlugins(config.discovery), config.plugins);
  const found = Map.groupBy(discovery.found, (plugin) => plugin.manifest.name);
  const refused = Map.groupBy(discovery.refused, nameOf);
  const configured = await Promise.all(
    config.plugins.map(async (plugin) => chooseConfigured(plugin, found, refused)),
  );
  const names = new Set(config.plugins.map((plugin) => plugin.name));
  const dropped = [...found]
    .filter(([name]) => !names.has(name))
    .map(([name, plugins]) => chooseFound(name, plugins, defaultSettings(config)));
  const taken = new Set([...names, ...found.keys()]);
  const files = new Set([...configured, ...dropped].map(({ file }) => file));
  const damaged = [...refused].flatMap(([name, all]) =>
    all
      .filter(({ file }) => !files.has(file))
      .map((plugin, index) =>
        // Its claim to the name is weaker than a whole file's.
        refuseFile(taken.has(name) || index > 0 ? basename(plugin.file) : name, plugin, undefined),
      ),
  );
  return [...configured, ...dropped, ...damaged].toSorted((a, b) =>
    a.name < b.name ? -1 : Number(a.name > b.name),
  );
}

/** What its manifest says, as far as that can be read, or the file's own name. */
function nameOf({ file, salvage }: RefusedFile): string {
  return salvage?.name ?? basename(file, ".wasm");
}

function refuseFile(
  name: string,
  { file, error, salvage }: { readonly file: string | undefined } & Omit<RefusedFile, "file">,
  critical: boolean | undefined,
): RefusedState {
  return {
    kind: "refused",
    name,
    file,
    manifest: salvage?.manifest,
    duties: salvage?.duties,
    critical: critical ?? salvage?.critical ?? false,
    error,
  };
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
  refused: ReadonlyMap<string, readonly RefusedFile[]>,
): Promise<PluginChoice> {
  const { name, path, critical } = plugin;
  const candidates = found.get(name) ?? [];
  const damaged = refused.get(name)?.[0];
  if (!plugin.enabled) {
    const manifest = candidates[0]?.manifest;
    const file = path ?? candidates[0]?.file ?? damaged?.file;
    return { kind: "disabled", name, file, manifest };
  }
  if (path === undefined) {
    if (candidates.length > 0) return chooseFound(name, candidates, plugin);
    if (damaged !== undefined) return refuseFile(name, damaged, critical);
    const error = notFound(plugin, found.keys());
    return refuseFile(name, { file: undefined, error, salvage: undefined }, critical);
  }
  try {
    const manifest = await readManifestOfFile(path);
    return { kind: "chosen", name, file: path, manifest, settings: plugin };
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    const salvage = await salvageManifestOfFile(path);
    return refuseFile(name, { file: path, error, salvage }, critical);
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
    return {
      kind: "refused",
      name,
      file: first?.file,
      manifest: first?.manifest,
      duties: plugins.flatMap(({ manifest }) => dutiesOf(manifest)),
      critical: settings.critical ?? plugins.some(({ manifest }) => manifest.critical),
      error,
    };
  }
  return { kind: "chosen", name, ...first, settings };
}

function notFound(plugin: PluginConfig, names: Iterable<string>): BackworksError {
  const similar = nearest(plugin.name, names);
  const hint = similar === undefined ? "" : `; did you mean "${similar}"?`;
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

import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { HOST_PATHS } from "../contracts/config.ts";
import type {
  Config,
  DiscoveryConfig,
  EndpointConfig,
  LoggingConfig,
  MetricsConfig,
  ServerConfig,
} from "../contracts/config.ts";
import { hasErrorCode } from "../lib/errors.ts";
import { LOG_LEVELS } from "../lib/logger.ts";
import { nearest } from "../lib/suggest.ts";
import { Cursor } from "./cursor.ts";
import { readEndpoints } from "./endpoints.ts";
import type { Notes } from "./endpoints.ts";
import { ISOLATION_DEFAULT, readIsolation } from "./isolation.ts";
import type { ConfigNode } from "./node.ts";
import { readPlugins } from "./plugins.ts";
import type { Files } from "./plugins.ts";

const SERVER: ServerConfig = {
  host: "0.0.0.0",
  port: 8080,
  bodyBytesMax: 1024 * 1024,
  drainMs: 10_000,
};

const LOGGING: LoggingConfig = { level: "info", format: "auto" };

const METRICS: MetricsConfig = { enabled: true, path: "/metrics" };

/** The directories of the original; those that do not exist hold no plugins. */
const DIRECTORIES = ["./plugins", "./external_plugins"] as const;

const DATA_DIRECTORY = ".backworks";
/** Of those that a misspelt name is none of. */
const ENDPOINTS_SHOWN_MAX = 5;
const IN_MEMORY = ":memory:";
const CACHE_DIRECTORY = "cache";

/** Brings a valid configuration to its one shape: every default applied, every path absolute. */
export async function resolveConfig(
  file: string,
  node: ConfigNode,
  files: Files,
  notes: Notes,
): Promise<Config> {
  const root = new Cursor(node);
  const plugins = await readPlugins(root, files, notes);
  const endpoints = readEndpoints(root, notes);
  refuseUnknownRoutes(root, endpoints, notes);
  return {
    file,
    directory: files.directory,
    name: root.get("name")?.text() ?? basename(dirname(file)),
    description: root.get("description")?.text() ?? "",
    version: root.get("version")?.printed() ?? "",
    server: readServer(root),
    logging: readLogging(root),
    metrics: readMetrics(root, notes),
    discovery: await readDiscovery(root, files, notes),
    dataDirectory: readDataDirectory(root, files),
    cacheDirectory: readCacheDirectory(root, files),
    isolation: readIsolation(root) ?? ISOLATION_DEFAULT,
    plugins,
    endpoints,
    warnings: notes.warnings,
  };
}

/** A misspelt route would leave a plugin without the limit that somebody wrote down. */
function refuseUnknownRoutes(
  root: Cursor,
  endpoints: readonly EndpointConfig[],
  { problems }: Notes,
): void {
  const ids = new Set(endpoints.map(({ id }) => id));
  const plugins = root.get("plugins");
  const written = [
    ...(plugins?.entries() ?? []).map(([, plugin]) => plugin),
    ...(plugins?.items() ?? []),
  ];
  for (const plugin of written) {
    const routes = plugin.get("limits")?.get("routes")?.entries() ?? [];
    for (const [route, { label, position }] of routes) {
      if (ids.has(route)) continue;
      const similar = nearest(route, ids);
      const some = [...ids].slice(0, ENDPOINTS_SHOWN_MAX).join(", ");
      const more = ids.size > ENDPOINTS_SHOWN_MAX ? ", …" : "";
      const hint =
        similar === undefined ? `expected one of ${some}${more}` : `did you mean ${similar}?`;
      problems.add("config_invalid", `${label}: there is no such endpoint, ${hint}`, position);
    }
  }
}

function readServer(root: Cursor): ServerConfig {
  const server = root.get("server");
  return {
    host: server?.get("host")?.text() ?? SERVER.host,
    port: server?.get("port")?.number() ?? SERVER.port,
    bodyBytesMax: server?.get("body_bytes_max")?.number() ?? SERVER.bodyBytesMax,
    drainMs: server?.get("drain_ms")?.number() ?? SERVER.drainMs,
  };
}

function readLogging(root: Cursor): LoggingConfig {
  const logging = root.get("logging");
  const level = logging?.get("level")?.text();
  const format = logging?.get("format")?.text();
  return {
    level: [...LOG_LEVELS, "silent" as const].find((known) => known === level) ?? LOGGING.level,
    format:
      (["json", "pretty", "auto"] as const).find((known) => known === format) ?? LOGGING.format,
  };
}

function readMetrics(root: Cursor, notes: Notes): MetricsConfig {
  const monitoring = root.get("monitoring");
  const metrics = monitoring?.get("metrics");
  const path = metrics?.get("export_endpoint");
  if (path !== undefined && HOST_PATHS.some((taken) => taken === path.text())) {
    const message = `${path.label}: the host answers ${path.text()} already: choose another path`;
    notes.problems.add("config_invalid", message, path.position);
  }
  const flags = [monitoring, metrics].map((at) => at?.get("enabled")?.flag());
  return {
    enabled: flags.includes(false) ? false : METRICS.enabled,
    path: path?.text() ?? METRICS.path,
  };
}

async function readDiscovery(root: Cursor, files: Files, notes: Notes): Promise<DiscoveryConfig> {
  const current = root.get("plugin_discovery");
  const older = root.get("plugins")?.get("auto_discover");
  if (current !== undefined && older !== undefined) {
    const message = `${older.label}: it means the same as plugin_discovery: keep one of them`;
    notes.problems.add("config_invalid", message, older.position);
  }
  const written = current ?? older;
  const named = written?.get("directories");
  const directories = (named?.texts() ?? DIRECTORIES).map((each) => resolve(files.directory, each));
  const discovery = {
    enabled: written?.get("enabled")?.flag() ?? true,
    directories,
    recursive: written?.get("recursive")?.flag() ?? false,
  };
  if (named !== undefined && discovery.enabled) await warnOfUseless(directories, named, notes);
  return discovery;
}

/** The defaults need not exist; a directory that somebody wrote down should, and be one. */
async function warnOfUseless(
  directories: readonly string[],
  { label, position }: Cursor,
  notes: Notes,
): Promise<void> {
  for (const directory of directories) {
    const reason = await whyUseless(directory);
    if (reason === undefined) continue;
    const message = `${label}: ${reason}, so no plugins are found in it`;
    notes.warnings.push({ message, position });
  }
}

async function whyUseless(directory: string): Promise<string | undefined> {
  try {
    if (!(await stat(directory)).isDirectory()) return `${directory} is no directory`;
    await access(directory, constants.R_OK);
    return undefined;
  } catch (error) {
    const isForbidden = hasErrorCode(error, "EACCES") || hasErrorCode(error, "EPERM");
    return isForbidden ? `${directory} may not be read` : `there is no directory ${directory}`;
  }
}

function readDataDirectory(root: Cursor, files: Files): string {
  const written = root.get("data_dir")?.text() ?? DATA_DIRECTORY;
  return written === IN_MEMORY ? written : resolve(files.directory, written);
}

/** Where nothing is to be written, there is no cache either, unless it is named. */
function readCacheDirectory(root: Cursor, files: Files): string | undefined {
  const written = root.get("cache_dir")?.text();
  if (written !== undefined) return resolve(files.directory, written);
  const data = readDataDirectory(root, files);
  return data === IN_MEMORY ? undefined : resolve(data, CACHE_DIRECTORY);
}

import { basename, dirname, resolve } from "node:path";
import type { Config, DiscoveryConfig, LoggingConfig, ServerConfig } from "../contracts/config.ts";
import { LOG_LEVELS } from "../lib/logger.ts";
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

/** The directories of the original; those that do not exist hold no plugins. */
const DIRECTORIES = ["./plugins", "./external_plugins"] as const;

const DATA_DIRECTORY = ".backworks";
const IN_MEMORY = ":memory:";

/** Brings a valid configuration to its one shape: every default applied, every path absolute. */
export async function resolveConfig(
  file: string,
  node: ConfigNode,
  files: Files,
  notes: Notes,
): Promise<Config> {
  const root = new Cursor(node);
  return {
    file,
    directory: files.directory,
    name: root.get("name")?.text() ?? basename(dirname(file)),
    description: root.get("description")?.text() ?? "",
    version: root.get("version")?.printed() ?? "",
    server: readServer(root),
    logging: readLogging(root),
    discovery: readDiscovery(root, files, notes),
    dataDirectory: readDataDirectory(root, files),
    isolation: readIsolation(root) ?? ISOLATION_DEFAULT,
    plugins: await readPlugins(root, files, notes),
    endpoints: readEndpoints(root, notes),
    warnings: notes.warnings,
  };
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

function readDiscovery(root: Cursor, files: Files, notes: Notes): DiscoveryConfig {
  const current = root.get("plugin_discovery");
  const older = root.get("plugins")?.get("auto_discover");
  if (current !== undefined && older !== undefined) {
    const message = `${older.label}: it means the same as plugin_discovery: keep one of them`;
    notes.problems.add("config_invalid", message, older.position);
  }
  const written = current ?? older;
  const directories = written?.get("directories")?.texts() ?? DIRECTORIES;
  return {
    enabled: written?.get("enabled")?.flag() ?? true,
    directories: directories.map((directory) => resolve(files.directory, directory)),
    recursive: written?.get("recursive")?.flag() ?? false,
  };
}

function readDataDirectory(root: Cursor, files: Files): string {
  const written = root.get("data_dir")?.text() ?? DATA_DIRECTORY;
  return written === IN_MEMORY ? written : resolve(files.directory, written);
}

import { hash } from "node:crypto";
import { satisfies } from "semver";
import { checkExports, checkImports } from "../abi/check.ts";
import { MANIFEST_SECTION } from "../contracts/manifest.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError } from "../lib/errors.ts";
import { readRegularFile } from "../lib/regular-file.ts";
import { VERSION } from "../lib/version.ts";
import { inspectModule } from "../wasm/inspect.ts";
import type { ModuleSummary } from "../wasm/inspect.ts";
import { requireValid } from "../wasm/validity.ts";
import { fileError, inFile } from "./file-error.ts";
import { checkAsked } from "./grants.ts";
import { readManifestOfBytes, sidecarOf } from "./manifest-file.ts";
import { requireUsableSchema } from "./plugin-config.ts";

const MODULE_BYTES_MAX = 8 * 1024 * 1024;

/** What a manifest says that says nothing. The first range that is parsed costs 3 ms. */
const ANY_HOST = "*";

/** A plugin's file, read once: what is checked is what will be compiled. */
interface ReadPlugin {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Hex digest of the file. */
  readonly sha256: string;
  readonly manifest: Manifest;
}

export interface CheckedPlugin extends ReadPlugin {
  readonly summary: ModuleSummary;
}

/**
 * Reads a plugin and checks all that can be said of its file alone: size, structure, validity,
 * manifest, host range, imports and exports. What is wrong there, no operator can make good. Throws
 * the first thing.
 */
export async function checkPlugin(file: string): Promise<CheckedPlugin> {
  return checkPluginBytes(await readModuleFile(file), file);
}

/** The same for a module that is not on disk yet; `file` is what messages call it. */
export async function checkPluginBytes(bytes: Uint8Array, file: string): Promise<CheckedPlugin> {
  return checkReadPlugin(await readBytes(bytes, file), requireValid);
}

/** The first half of `checkPlugin`: of the module only the manifest has been looked at. */
export async function readPlugin(file: string): Promise<ReadPlugin> {
  return readBytes(await readModuleFile(file), file);
}

/**
 * The second half. For a plugin that is compiled next nothing is required of its validity here: the
 * rewriter asks V8, and the cache holds only what it has rewritten.
 */
export function checkReadPlugin(
  plugin: ReadPlugin,
  requireValidity: (bytes: Uint8Array) => void = () => undefined,
): CheckedPlugin {
  const { file, bytes, manifest } = plugin;
  const summary = locate(file, () => inspectModule(bytes));
  const manifestFile = manifestFileOf({ file, summary });
  locate(file, () => requireValidity(bytes));
  locate(manifestFile, () => checkHost(manifest));
  locate(file, () => {
    checkImports(summary);
    checkExports(summary, manifest);
  });
  locate(manifestFile, () => {
    checkAsked(summary.imports, manifest, manifestFile === file ? "plugin.yaml" : manifestFile);
    requireUsableSchema(manifest);
  });
  return { ...plugin, summary };
}

/** Where a plugin's manifest is written: in the module itself, or beside it. */
export function manifestFileOf({ file, summary }: Pick<CheckedPlugin, "file" | "summary">): string {
  return summary.customSections.has(MANIFEST_SECTION) ? file : sidecarOf(file);
}

function locate<Result>(file: string, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    throw inFile(file, error);
  }
}

async function readBytes(bytes: Uint8Array, file: string): Promise<ReadPlugin> {
  try {
    const manifest = await readManifestOfBytes(bytes, file);
    return { file, bytes, sha256: hash("sha256", bytes), manifest };
  } catch (error) {
    throw inFile(file, error);
  }
}

/** Throws `plugin_host_unsupported` for a plugin that was made for another host. */
export function checkHost({ requiresHost }: Manifest): void {
  if (requiresHost === ANY_HOST || satisfies(VERSION, requiresHost)) return;
  throw new BackworksError(
    "plugin_host_unsupported",
    `requires.host is "${requiresHost}", and this is Backworks ${VERSION}`,
  );
}

/** The bytes of a file that may be a module. Throws `plugin_file_missing`, `plugin_too_large`, … */
export async function readModuleFile(file: string): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readRegularFile(file, MODULE_BYTES_MAX);
  } catch (error) {
    throw fileError(file, error);
  }
  if (bytes !== undefined) return bytes;
  const message = `it has more than ${MODULE_BYTES_MAX} bytes, which is the most that is loaded`;
  throw new BackworksError("plugin_too_large", message, { position: { file } });
}

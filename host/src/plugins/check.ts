import { createHash } from "node:crypto";
import { satisfies } from "semver";
import { checkExports, checkImports } from "../abi/check.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError } from "../lib/errors.ts";
import { openRegularFile, readAtMost } from "../lib/regular-file.ts";
import { VERSION } from "../lib/version.ts";
import { inspectModule } from "../wasm/inspect.ts";
import type { ModuleSummary } from "../wasm/inspect.ts";
import { requireValid } from "../wasm/validity.ts";
import { fileError, inFile } from "./file-error.ts";
import { readManifestOfBytes } from "./manifest-file.ts";

const MODULE_BYTES_MAX = 8 * 1024 * 1024;

/** A plugin's file, read once: what was checked is what will be compiled. */
export interface CheckedPlugin {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Hex digest of the file. */
  readonly sha256: string;
  readonly manifest: Manifest;
  readonly summary: ModuleSummary;
}

/**
 * Reads a plugin and checks all that can be said without running it: size, structure, validity,
 * manifest, host range, imports and exports. Throws the first thing that is wrong.
 */
export async function checkPlugin(file: string): Promise<CheckedPlugin> {
  return checkPluginBytes(await readModuleFile(file), file);
}

/** The same for a module that is not on disk yet; `file` is what messages call it. */
export async function checkPluginBytes(bytes: Uint8Array, file: string): Promise<CheckedPlugin> {
  return readBytes(bytes, file, requireValid);
}

/**
 * The same for a plugin that is compiled next: the rewriter asks V8 whether the original is valid,
 * and the cache holds only what it has rewritten, so that asking here would be asking twice.
 */
export async function readPlugin(file: string): Promise<CheckedPlugin> {
  return readBytes(await readModuleFile(file), file, () => undefined);
}

async function readBytes(
  bytes: Uint8Array,
  file: string,
  require: (bytes: Uint8Array) => void,
): Promise<CheckedPlugin> {
  try {
    const summary = inspectModule(bytes);
    require(bytes);
    return await checkBytes(bytes, file, summary);
  } catch (error) {
    throw inFile(file, error);
  }
}

async function checkBytes(
  bytes: Uint8Array,
  file: string,
  summary: ModuleSummary,
): Promise<CheckedPlugin> {
  const manifest = await readManifestOfBytes(bytes, file);
  if (!satisfies(VERSION, manifest.requiresHost)) {
    throw new BackworksError(
      "plugin_manifest_invalid",
      `requires.host is "${manifest.requiresHost}", and this is Backworks ${VERSION}`,
      { position: { file } },
    );
  }
  checkImports(summary);
  checkExports(summary, manifest);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { file, bytes, sha256, manifest, summary };
}

/** The bytes of a file that may be a module. Throws `plugin_file_missing`, `plugin_too_large`, … */
export async function readModuleFile(file: string): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  try {
    await using handle = await openRegularFile(file);
    bytes = await readAtMost(handle, MODULE_BYTES_MAX);
  } catch (error) {
    throw fileError(file, error);
  }
  if (bytes !== undefined) return bytes;
  const message = `it has more than ${MODULE_BYTES_MAX} bytes, which is the most that is loaded`;
  throw new BackworksError("plugin_too_large", message, { position: { file } });
}

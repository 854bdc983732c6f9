import { parseManifest, readManifestYaml } from "../config/manifest.ts";
import { toJson } from "../config/node.ts";
import { readYaml } from "../config/read.ts";
import type { Json } from "../contracts/json.ts";
import { MANIFEST_SECTION } from "../contracts/manifest.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError, BackworksErrors, messageOf } from "../lib/errors.ts";
import { openRegularFile, readRegularFile } from "../lib/regular-file.ts";
import { readCustomSection } from "../wasm/inspect.ts";
import { readCustomSectionOfFile, salvageCustomSectionOfFile } from "./custom-section-file.ts";
import { salvageManifest, type Salvage } from "./duties.ts";
import { fileError, inFile, isMissing } from "./file-error.ts";

/** A manifest this long is no manifest: it bounds what discovery reads of a file. */
const MANIFEST_BYTES_MAX = 256 * 1024;

/**
 * Reads the manifest of a `.wasm` file: nothing is compiled or executed, and the code is not even
 * read. A module without a manifest section may have a `NAME.plugin.yaml` beside it.
 */
export async function readManifestOfFile(file: string): Promise<Manifest> {
  return parse(await readSection(file), file);
}

/** The same for a module that is already in memory, so that what is checked is what is loaded. */
export async function readManifestOfBytes(bytes: Uint8Array, file: string): Promise<Manifest> {
  return parse(readCustomSection(bytes, MANIFEST_SECTION), file);
}

/**
 * What can be read of the manifest of a file that was refused, or is not there: of the section in it,
 * else of what stands beside it.
 */
export async function salvageManifestOfFile(file: string): Promise<Salvage | undefined> {
  for (const read of [readOwnJson, readSidecarJson]) {
    const written = await orNothing(async () => read(file));
    const salvage = written === undefined ? undefined : salvageManifest(written, file);
    if (salvage !== undefined) return salvage;
  }
  return undefined;
}

async function readOwnJson(file: string): Promise<Json | undefined> {
  const section = await readSection(file, salvageCustomSectionOfFile);
  return section && parseJson(section, file);
}

async function readSidecarJson(file: string): Promise<Json> {
  return toJson(readYaml(await readSidecar(file), sidecarOf(file)));
}

/** Why it cannot be read is in the refusal already. */
async function orNothing(read: () => Promise<Json | undefined>): Promise<Json | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BackworksError || error instanceof BackworksErrors) return undefined;
    throw error;
  }
}

async function readSection(
  file: string,
  read: typeof readCustomSectionOfFile = readCustomSectionOfFile,
): Promise<Uint8Array | undefined> {
  try {
    await using opened = await openRegularFile(file);
    return await read(opened, MANIFEST_SECTION, MANIFEST_BYTES_MAX);
  } catch (error) {
    throw error instanceof BackworksError ? inFile(file, error) : fileError(file, error);
  }
}

async function parse(section: Uint8Array | undefined, file: string): Promise<Manifest> {
  if (section !== undefined) return parseManifest(parseJson(section, file), file);
  return readManifestYaml(await readSidecar(file), sidecarOf(file));
}

function parseJson(section: Uint8Array, file: string): Json {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(section));
  } catch (error) {
    throw new BackworksError(
      "plugin_manifest_invalid",
      `the manifest in section ${MANIFEST_SECTION} is not JSON in UTF-8: ${messageOf(error)}`,
      { cause: error, position: { file } },
    );
  }
}

/** How the names of manifests beside modules end. */
export const SIDECAR = ".plugin.yaml";

/** Where the manifest of a module without one stands: `NAME.plugin.yaml` beside `NAME.wasm`. */
export function sidecarOf(file: string): string {
  return file.replace(/\.wasm$/, "") + SIDECAR;
}

async function readSidecar(file: string): Promise<string> {
  const sidecar = sidecarOf(file);
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readRegularFile(sidecar, MANIFEST_BYTES_MAX);
  } catch (error) {
    if (!isMissing(error)) throw fileError(sidecar, error);
    throw new BackworksError(
      "plugin_manifest_missing",
      `there is no ${MANIFEST_SECTION} section in it, and no ${sidecar} beside it`,
      { position: { file } },
    );
  }
  return decode(bytes, sidecar);
}

function decode(bytes: Uint8Array | undefined, file: string): string {
  const position = { file };
  if (bytes === undefined) {
    const message = `the manifest has more than ${MANIFEST_BYTES_MAX} bytes`;
    throw new BackworksError("plugin_manifest_invalid", message, { position });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const message = "the manifest is not UTF-8: save it in that encoding";
    throw new BackworksError("plugin_manifest_invalid", message, { cause, position });
  }
}

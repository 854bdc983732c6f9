import { parseManifest, readManifestYaml } from "../config/manifest.ts";
import { MANIFEST_SECTION } from "../contracts/manifest.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import { openRegularFile, readRegularFile } from "../lib/regular-file.ts";
import { readCustomSection } from "../wasm/inspect.ts";
import { readCustomSectionOfFile } from "./custom-section-file.ts";
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

async function readSection(file: string): Promise<Uint8Array | undefined> {
  try {
    await using opened = await openRegularFile(file);
    return await readCustomSectionOfFile(opened, MANIFEST_SECTION, MANIFEST_BYTES_MAX);
  } catch (error) {
    throw error instanceof BackworksError ? inFile(file, error) : fileError(file, error);
  }
}

async function parse(section: Uint8Array | undefined, file: string): Promise<Manifest> {
  return section === undefined ? readSidecar(file) : parseSection(section, file);
}

function parseSection(section: Uint8Array, file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(section));
  } catch (error) {
    throw new BackworksError(
      "plugin_manifest_invalid",
      `the manifest in section ${MANIFEST_SECTION} is not JSON in UTF-8: ${messageOf(error)}`,
      { cause: error, position: { file } },
    );
  }
  return parseManifest(value, file);
}

/** Where the manifest of a module without one stands: `NAME.plugin.yaml` beside `NAME.wasm`. */
export function sidecarOf(file: string): string {
  return `${file.replace(/\.wasm$/, "")}.plugin.yaml`;
}

async function readSidecar(file: string): Promise<Manifest> {
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
  return readManifestYaml(decode(bytes, sidecar), sidecar);
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

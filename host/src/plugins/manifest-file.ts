import { open, readFile } from "node:fs/promises";
import { parseManifest, readManifestYaml } from "../config/manifest.ts";
import { MANIFEST_SECTION } from "../contracts/manifest.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import { readCustomSection } from "../wasm/inspect.ts";
import { readCustomSectionOfFile } from "./custom-section-file.ts";
import { fileError, isMissing } from "./file-error.ts";

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
    await using handle = await open(file);
    return await readCustomSectionOfFile(handle, MANIFEST_SECTION, MANIFEST_BYTES_MAX);
  } catch (error) {
    throw error instanceof BackworksError ? error : fileError(file, error);
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

async function readSidecar(file: string): Promise<Manifest> {
  const sidecar = `${file.replace(/\.wasm$/, "")}.plugin.yaml`;
  let text: string;
  try {
    text = await readFile(sidecar, "utf8");
  } catch (error) {
    if (!isMissing(error)) throw fileError(sidecar, error);
    throw new BackworksError(
      "plugin_manifest_missing",
      `there is no ${MANIFEST_SECTION} section in it, and no ${sidecar} beside it`,
      { position: { file } },
    );
  }
  return readManifestYaml(text, sidecar);
}

import { createHash } from "node:crypto";
import { writeTar, type TarFile } from "./tar.ts";

/** What is said about a plugin in its package. */
export interface PackedPlugin {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

export interface PackOptions {
  readonly plugin: PackedPlugin;
  /** The module, its manifest in it. */
  readonly module: Uint8Array;
  /** RFC 3339; the same input with the same time gives the same bytes. */
  readonly created: string;
}

export interface Package {
  /** An OCI image layout as one tar file. */
  readonly bytes: Uint8Array;
  /** `sha256:…` of the manifest: what registries know the package by. */
  readonly digest: string;
}

const WASM_TYPE = "application/wasm";
const CONFIG_TYPE = "application/vnd.wasm.config.v0+json";
const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
const INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

/**
 * Packs a plugin as an OCI artifact: image layout 1.0.0 of the OCI image specification, with config
 * and layer as the CNCF's "Wasm OCI Artifact Layout" has them.
 */
export function packModule({ plugin, module, created }: PackOptions): Package {
  const { name, version, description, license } = plugin;
  const layer = blob(WASM_TYPE, module);
  const config = jsonBlob(CONFIG_TYPE, {
    created,
    architecture: "wasm",
    // What a core module is called until this field goes away.
    os: "wasip1",
    layerDigests: [layer.descriptor.digest],
  });
  const manifest = jsonBlob(MANIFEST_TYPE, {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: config.descriptor,
    layers: [
      {
        ...layer.descriptor,
        annotations: { "org.opencontainers.image.title": `${name}.wasm` },
      },
    ],
    annotations: {
      "org.opencontainers.image.created": created,
      "org.opencontainers.image.title": name,
      "org.opencontainers.image.version": version,
      ...(description !== "" && { "org.opencontainers.image.description": description }),
      ...(license !== "" && { "org.opencontainers.image.licenses": license }),
    },
  });
  const index = {
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    manifests: [
      {
        ...manifest.descriptor,
        annotations: { "org.opencontainers.image.ref.name": version },
      },
    ],
  };
  const bytes = writeTar([
    { path: "oci-layout", bytes: json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", bytes: json(index) },
    manifest.file,
    config.file,
    layer.file,
  ]);
  return { bytes, digest: manifest.descriptor.digest };
}

interface Blob {
  readonly file: TarFile;
  readonly descriptor: { mediaType: string; digest: string; size: number };
}

function blob(mediaType: string, bytes: Uint8Array): Blob {
  const hex = createHash("sha256").update(bytes).digest("hex");
  return {
    file: { path: `blobs/sha256/${hex}`, bytes },
    descriptor: { mediaType, digest: `sha256:${hex}`, size: bytes.length },
  };
}

function jsonBlob(mediaType: string, value: unknown): Blob {
  return blob(mediaType, json(value));
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

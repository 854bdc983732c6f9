import { createHash } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildPlugin } from "../build/build-plugin.ts";
import { ENGINE_SHA256 } from "../build/engine.ts";
import { MANIFEST_FILE } from "../build/locate-source.ts";
import type { BuildTarget } from "../build/read-manifest.ts";

/** What a build was made of, and what came of it. */
interface Kept {
  /** Digest of each file that went into it, by its path in the folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Another builder gives another module. */
  readonly builder: string;
  readonly module: string;
}

/** Builds of this process: test files of one worker share them. */
const building = new Map<string, Promise<Uint8Array>>();

/**
 * The module of a plugin's folder. It is built once for each state of its files, and kept below
 * node_modules/.cache, where the folder has a node_modules.
 */
export async function buildCached(
  folder: string,
  target: BuildTarget | undefined,
): Promise<Uint8Array> {
  const key = `${target ?? "default"} ${folder}`;
  const before = building.get(key);
  // One after the other: the second finds what the first has kept.
  const work = (async () => {
    await before?.catch(() => undefined);
    return (await findKept(folder, target)) ?? buildAndKeep(folder, target);
  })();
  building.set(key, work);
  return work;
}

/** In memory, by target and folder: for folders without a node_modules, and for speed. */
const inMemory = new Map<string, { readonly kept: Kept; readonly bytes: Uint8Array }>();

async function findKept(
  folder: string,
  target: BuildTarget | undefined,
): Promise<Uint8Array | undefined> {
  const file = cacheFile(folder, target);
  const found = inMemory.get(file) ?? (await readKept(file));
  if (found === undefined || found.kept.builder !== (await builderDigest())) return undefined;
  for (const [name, digest] of Object.entries(found.kept.files)) {
    if ((await digestOf(join(folder, name))) !== digest) return undefined;
  }
  inMemory.set(file, found);
  return found.bytes;
}

async function readKept(
  file: string,
): Promise<{ readonly kept: Kept; readonly bytes: Uint8Array } | undefined> {
  try {
    const [json, bytes] = await Promise.all([
      readFile(`${file}.json`, "utf8"),
      readFile(`${file}.wasm`),
    ]);
    const kept: Kept = JSON.parse(json);
    return kept.module === sha256(bytes) ? { kept, bytes } : undefined;
  } catch {
    // Not there, or not whole: it is built again.
    return undefined;
  }
}

async function buildAndKeep(folder: string, target: BuildTarget | undefined): Promise<Uint8Array> {
  const { bytes, files } = await buildPlugin({ source: folder, target });
  const names = [MANIFEST_FILE, ...files];
  const digests = await Promise.all(names.map(async (name) => digestOf(join(folder, name))));
  const kept: Kept = {
    files: Object.fromEntries(names.map((name, index) => [name, digests[index] ?? ""])),
    builder: await builderDigest(),
    module: sha256(bytes),
  };
  const file = cacheFile(folder, target);
  inMemory.set(file, { kept, bytes });
  const hasModules =
    (await stat(join(folder, "node_modules")).catch(() => undefined)) !== undefined;
  if (hasModules) await writeKept(file, kept, bytes);
  return bytes;
}

async function writeKept(file: string, kept: Kept, bytes: Uint8Array): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true });
  await writeWhole(`${file}.wasm`, bytes);
  await writeWhole(`${file}.json`, JSON.stringify(kept));
}

/** Workers of one test run write at the same time: what is there is always whole. */
async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

function cacheFile(folder: string, target: BuildTarget | undefined): string {
  return join(folder, "node_modules/.cache/backworks", target ?? "default");
}

/** From `src/testing` as from `dist/testing`. */
const PACKAGE_FILE = new URL("../../package.json", import.meta.url);

let builder: Promise<string> | undefined;

async function builderDigest(): Promise<string> {
  builder ??= readFile(PACKAGE_FILE).then((bytes) => sha256(bytes) + ENGINE_SHA256);
  return builder;
}

async function digestOf(file: string): Promise<string> {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes === undefined ? "none" : sha256(bytes);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

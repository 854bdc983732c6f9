import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RewriteReport, RewrittenModule } from "../wasm/rewrite.ts";

/** Newer entries stay when the folder holds more. */
const BYTES_MAX = 256 * 1024 * 1024;
const SUFFIX = ".metered";
const DIGEST_BYTES = 32;
const LENGTH_BYTES = 4;

/**
 * Rewritten modules on disk, so that a second start does not meter again. An entry is the digest of
 * what follows, the length of the report, the report as JSON, the module. One that is damaged does
 * not exist. Who may write to the folder may change plugins: it is the host's own, like the plugins'.
 */
export class ModuleCache {
  readonly #directory: string;
  readonly #bytesMax: number;

  constructor(directory: string, bytesMax: number = BYTES_MAX) {
    this.#directory = directory;
    this.#bytesMax = bytesMax;
  }

  async read(key: string): Promise<RewrittenModule | undefined> {
    const entry = await readFile(this.#fileOf(key)).catch(() => undefined);
    return entry === undefined ? undefined : decode(entry);
  }

  /** A folder that cannot be written to makes no difference but speed. */
  async write(key: string, { bytes, report }: RewrittenModule): Promise<void> {
    const file = this.#fileOf(key);
    const draft = `${file}.${randomUUID()}`;
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await writeFile(draft, encode(bytes, report), { mode: 0o600 });
      await rename(draft, file);
      await this.#prune();
    } catch {
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }

  #fileOf(key: string): string {
    return join(this.#directory, key + SUFFIX);
  }

  /** Removes the oldest. Drafts of a process that was killed go too. */
  async #prune(): Promise<void> {
    const names = await readdir(this.#directory);
    const entries = await Promise.all(
      names
        .filter((name) => name.includes(SUFFIX))
        .map(async (name) => {
          const file = join(this.#directory, name);
          const { size, mtimeMs } = await stat(file);
          return { file, size, mtimeMs };
        }),
    );
    let bytes = 0;
    for (const { file, size } of entries.toSorted((a, b) => b.mtimeMs - a.mtimeMs)) {
      bytes += size;
      if (bytes > this.#bytesMax) await rm(file, { force: true });
    }
  }
}

function encode(bytes: Uint8Array, report: RewriteReport): Buffer {
  const json = Buffer.from(JSON.stringify(report));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  const content = Buffer.concat([length, json, bytes]);
  return Buffer.concat([digestOf(content), content]);
}

function decode(entry: Buffer): RewrittenModule | undefined {
  const content = entry.subarray(DIGEST_BYTES);
  if (content.length < LENGTH_BYTES || !digestOf(content).equals(entry.subarray(0, DIGEST_BYTES))) {
    return undefined;
  }
  const end = LENGTH_BYTES + content.readUInt32LE();
  const json = content.toString("utf8", LENGTH_BYTES, end);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the digest says that we wrote it
  const report = JSON.parse(json) as RewriteReport;
  return { bytes: new Uint8Array(content.subarray(end)), report };
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

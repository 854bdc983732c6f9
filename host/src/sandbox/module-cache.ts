import { randomUUID } from "node:crypto";
import { readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { makeFolder } from "../lib/make-folder.ts";
import { readRegularFile } from "../lib/regular-file.ts";
import type { RewriteReport, RewrittenModule } from "../wasm/rewrite.ts";

/** Newer entries stay when the folder holds more. */
const BYTES_MAX = 256 * 1024 * 1024;
const SUFFIX = ".metered";
/** Metering makes a module of 8 MiB, the largest there is, half as large again. */
const ENTRY_BYTES_MAX = 64 * 1024 * 1024;
const CHECKSUM_BYTES = 4;
const LENGTH_BYTES = 4;

/**
 * Rewritten modules on disk, so that a second start does not meter again. An entry is the checksum of
 * what follows, the length of the report, the report as JSON, the module. One that is damaged does
 * not exist. Who may write to the folder may change plugins: it is the host's own, like the plugins'.
 */
export class ModuleCache {
  readonly #directory: string;
  readonly #bytesMax: number;
  readonly #writing = new Set<Promise<void>>();

  constructor(directory: string, bytesMax: number = BYTES_MAX) {
    this.#directory = directory;
    this.#bytesMax = bytesMax;
  }

  async read(key: string): Promise<RewrittenModule | undefined> {
    try {
      const entry = await readRegularFile(this.#fileOf(key), ENTRY_BYTES_MAX);
      return entry && decode(entry);
    } catch {
      return undefined;
    }
  }

  /**
   * Nobody has to wait for it: it never rejects, and `settle` waits for all. A folder that cannot be
   * written to makes no difference but speed.
   */
  async write(key: string, rewritten: RewrittenModule): Promise<void> {
    const writing = this.#write(this.#fileOf(key), rewritten);
    this.#writing.add(writing);
    await writing;
    this.#writing.delete(writing);
  }

  /** Until all that was given to `write` is on disk. */
  async settle(): Promise<void> {
    await Promise.all(this.#writing);
  }

  async #write(file: string, rewritten: RewrittenModule): Promise<void> {
    const draft = `${file}.${randomUUID()}`;
    try {
      makeFolder(this.#directory, 0o700);
      await writeFile(draft, encode(rewritten), { mode: 0o600 });
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

/** The parts of an entry, one after the other. */
function encode({ bytes, report }: RewrittenModule): Uint8Array[] {
  const json = Buffer.from(JSON.stringify(report));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  const content = [length, json, bytes];
  return [checksumOf(content), ...content];
}

/** The module that is answered is a view of the entry: V8 makes a copy of its own. */
function decode(entry: Uint8Array<ArrayBuffer>): RewrittenModule | undefined {
  const content = Buffer.from(entry.buffer, entry.byteOffset, entry.length).subarray(
    CHECKSUM_BYTES,
  );
  if (content.length < LENGTH_BYTES) return undefined;
  if (!checksumOf([content]).equals(entry.subarray(0, CHECKSUM_BYTES))) return undefined;
  const end = LENGTH_BYTES + content.readUInt32LE();
  const json = content.toString("utf8", LENGTH_BYTES, end);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the checksum says that we wrote it
  const report = JSON.parse(json) as RewriteReport;
  return { bytes: entry.subarray(CHECKSUM_BYTES + end), report };
}

/** Against damage, not against people. */
function checksumOf(parts: readonly Uint8Array[]): Buffer {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(parts.reduce((sum, part) => crc32(part, sum), 0));
  return checksum;
}

import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Rights } from "../../../contracts/capabilities.ts";
import type { Clock } from "../../../lib/clock.ts";
import { BackworksError, messageOf } from "../../../lib/errors.ts";
import { makeFolder } from "../../../lib/make-folder.ts";
import { openDatabase } from "./database.ts";
import { KvSpace } from "./kv-space.ts";

/** All plugins' values together: a file that grows past it is a mistake somewhere. */
const STORE_BYTES_MAX = 1024 * 1024 * 1024;

export interface KvStoreOptions {
  /** Absolute, or `:memory:`. */
  readonly file: string;
  readonly clock: Clock;
  readonly bytesMax?: number;
}

/** The values that plugins keep, in one SQLite file. Every operation is one transaction. */
export class KvStore implements Disposable {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  /**
   * Throws `kv_unavailable` or `kv_damaged`; the host goes on without, and refuses the plugins that
   * need it.
   */
  constructor({ file, clock, bytesMax = STORE_BYTES_MAX }: KvStoreOptions) {
    makeFolderOf(file);
    this.#database = openDatabase(file, bytesMax);
    this.#clock = clock;
  }

  /** A plugin's part of the store. Spaces of one namespace see each other's values. */
  open(right: NonNullable<Rights["kv"]>): KvSpace {
    return new KvSpace(this.#database, right, this.#clock);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

function makeFolderOf(file: string): void {
  if (file === ":memory:") return;
  try {
    // What plugins keep is nobody else's on this machine.
    makeFolder(dirname(file), 0o700);
  } catch (cause) {
    const message = `the folder of the store ${file} cannot be made: ${messageOf(cause)}`;
    throw new BackworksError("kv_unavailable", message, { cause, position: { file } });
  }
}

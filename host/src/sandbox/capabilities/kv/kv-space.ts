import { Buffer } from "node:buffer";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Rights } from "../../../contracts/capabilities.ts";
import { assert } from "../../../lib/assert.ts";
import type { Clock } from "../../../lib/clock.ts";
import { TIME_MS_MAX } from "../../../lib/time.ts";
import { CapabilityError } from "../capability-error.ts";
import { guarded } from "./database.ts";

export const KEY_BYTES_MAX = 512;
export const VALUE_BYTES_MAX: number = 1024 * 1024;

/** Expired rows that a write takes with it: more than it can add, so that they never gather. */
const PURGED_PER_WRITE = 4;
/** And as many when there is no room for a write: some milliseconds, once. */
const PURGED_FOR_ROOM = 10_000;

const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;
const INTEGER_BYTES_MAX = 20;
const INTEGER = /^-?(?:0|[1-9][0-9]{0,18})$/;

/** Milliseconds until a value is gone; undefined: it stays. */
export type Ttl = number | undefined;

interface Found {
  readonly value: Uint8Array | undefined;
  readonly expires: number | null;
}

interface Usage {
  readonly keys: number;
  readonly bytes: number;
}

/**
 * Keys and values of one namespace. Keys are texts of at most 512 bytes, values bytes of at most 1
 * MiB. Whatever is wrong is a `CapabilityError`, and then nothing was changed.
 */
export class KvSpace {
  readonly #database: DatabaseSync;
  readonly #right: NonNullable<Rights["kv"]>;
  readonly #clock: Clock;
  readonly #id: number;
  readonly #select: StatementSync;
  readonly #upsert: StatementSync;
  readonly #remove: StatementSync;
  readonly #usage: StatementSync;
  readonly #purge: StatementSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;

  constructor(database: DatabaseSync, right: NonNullable<Rights["kv"]>, clock: Clock) {
    this.#database = database;
    this.#right = right;
    this.#clock = clock;
    this.#id = guarded(() => spaceId(database, right.namespace));
    this.#select = database.prepare(
      // The length is read without the value.
      `SELECT CASE WHEN length(value) <= ? THEN value END AS value, expires_ms FROM entry
       WHERE space = ? AND key = ?`,
    );
    this.#upsert = database.prepare(
      `INSERT INTO entry (space, key, value, expires_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (space, key) DO UPDATE SET value = excluded.value, expires_ms = excluded.expires_ms`,
    );
    this.#remove = database.prepare("DELETE FROM entry WHERE space = ? AND key = ?");
    this.#usage = database.prepare("SELECT keys, bytes FROM space WHERE id = ?");
    this.#purge = database.prepare(
      `DELETE FROM entry WHERE id IN
       (SELECT id FROM entry WHERE space = ? AND expires_ms <= ? ORDER BY expires_ms LIMIT ?)`,
    );
    // From the start for writing: a reader that becomes a writer may find that it came too late.
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
  }

  get(key: string): Uint8Array | undefined {
    const bytes = keyBytes(key);
    return guarded(() => this.#find(bytes)?.value);
  }

  set(key: string, value: Uint8Array, ttl?: Ttl): void {
    const bytes = keyBytes(key);
    const expires = this.#expiry(ttl);
    this.#write(() => this.#put(bytes, value, expires));
  }

  /** Whether there was a value. */
  delete(key: string): boolean {
    const bytes = keyBytes(key);
    return this.#write(() => {
      const found = this.#find(bytes, 0);
      this.#remove.run(this.#id, bytes);
      return found !== undefined;
    });
  }

  /**
   * Adds to a number, kept as decimal text; a key without a value counts from 0. The time to live is
   * given to a new value only: a window of counting ends when it was to end.
   */
  increment(key: string, by: bigint, ttl?: Ttl): bigint {
    const bytes = keyBytes(key);
    const expires = this.#expiry(ttl);
    return this.#write(() => {
      const found = this.#find(bytes, INTEGER_BYTES_MAX);
      const sum = (found === undefined ? 0n : readInteger(key, found.value)) + by;
      if (sum < I64_MIN || sum > I64_MAX) {
        throw new CapabilityError("conflict", `${quote(key)} would leave the range of 64 bits`);
      }
      this.#put(bytes, Buffer.from(String(sum)), found === undefined ? expires : found.expires);
      return sum;
    });
  }

  /** Sets a value if the present one is `expected` (undefined: there is none), and says if it did. */
  compareAndSet(
    key: string,
    expected: Uint8Array | undefined,
    value: Uint8Array,
    ttl?: Ttl,
  ): boolean {
    const bytes = keyBytes(key);
    const expires = this.#expiry(ttl);
    return this.#write(() => {
      const found = this.#find(bytes, expected?.length ?? 0);
      const same =
        found === undefined || expected === undefined
          ? found === expected
          : found.value !== undefined && Buffer.compare(found.value, expected) === 0;
      if (same) this.#put(bytes, value, expires);
      return same;
    });
  }

  /** A value of more bytes is there, and is not read: what a guest does not get, it does not pay. */
  #find(key: Uint8Array, bytesMax: number = VALUE_BYTES_MAX): Found | undefined {
    const row = this.#select.get(bytesMax, this.#id, key);
    if (row === undefined) return undefined;
    const { value: blob, expires_ms: expires } = row;
    assert(blob instanceof Uint8Array || blob === null, "the column value is a blob");
    const value = blob ?? undefined;
    if (expires === null) return { value, expires };
    assert(typeof expires === "number", "the column expires_ms is an integer");
    return expires <= this.#clock.now() ? undefined : { value, expires };
  }

  #put(key: Uint8Array, value: Uint8Array, expires: number | null): void {
    if (value.length > VALUE_BYTES_MAX) {
      const message = `a value has ${value.length} bytes, at most ${VALUE_BYTES_MAX} are kept`;
      throw new CapabilityError("too_large", message);
    }
    this.#upsert.run(this.#id, key, value, expires);
    if (this.#isWithinQuota()) return;
    const { namespace, keysMax, bytesMax } = this.#right;
    throw new CapabilityError(
      "quota",
      `the namespace ${namespace} is full: at most ${keysMax} keys and ${bytesMax} bytes are granted (grants.kv)`,
    );
  }

  #isWithinQuota(): boolean {
    const { keys, bytes } = readUsage(this.#usage, this.#id);
    return keys <= this.#right.keysMax && bytes <= this.#right.bytesMax;
  }

  #write<T>(work: () => T): T {
    return guarded(() => {
      try {
        return this.#transact(PURGED_PER_WRITE, work);
      } catch (thrown) {
        if (!(thrown instanceof CapabilityError) || thrown.fault !== "quota") throw thrown;
      }
      // In a transaction of its own, so that what is purged stays so even if there is no room yet.
      this.#transact(PURGED_FOR_ROOM, () => undefined);
      return this.#transact(0, work);
    });
  }

  /** What throws leaves nothing behind. */
  #transact<T>(purged: number, work: () => T): T {
    this.#begin.run();
    try {
      if (purged > 0) this.#purge.run(this.#id, this.#clock.now(), purged);
      const result = work();
      this.#commit.run();
      return result;
    } catch (thrown) {
      // When the disk is full, SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw thrown;
    }
  }

  #expiry(ttl: Ttl): number | null {
    if (ttl === undefined) return null;
    const at = this.#clock.now() + ttl;
    if (Number.isSafeInteger(ttl) && ttl > 0 && at <= TIME_MS_MAX) return at;
    throw new CapabilityError("invalid", `a time to live of ${ttl} ms is no positive duration`);
  }
}

function spaceId(database: DatabaseSync, namespace: string): number {
  database.prepare("INSERT OR IGNORE INTO space (name) VALUES (?)").run(namespace);
  const row = database.prepare("SELECT id FROM space WHERE name = ?").get(namespace);
  return Number(row?.["id"]);
}

function readUsage(statement: StatementSync, id: number): Usage {
  const row = statement.get(id);
  return { keys: Number(row?.["keys"]), bytes: Number(row?.["bytes"]) };
}

/** Bytes, not text: SQLite's text functions end at a NUL, and a key may hold one. */
function keyBytes(key: string): Uint8Array {
  const bytes = Buffer.from(key);
  if (bytes.length >= 1 && bytes.length <= KEY_BYTES_MAX) return bytes;
  const message = `a key has ${bytes.length} bytes, 1 to ${KEY_BYTES_MAX} are expected`;
  throw new CapabilityError("invalid", message);
}

function readInteger(key: string, value: Uint8Array | undefined): bigint {
  const text = Buffer.from(value ?? []).toString("latin1");
  if (INTEGER.test(text)) return BigInt(text);
  throw new CapabilityError("conflict", `the value of ${quote(key)} is no whole number`);
}

function quote(key: string): string {
  return JSON.stringify(key.length > 80 ? `${key.slice(0, 80)}…` : key);
}

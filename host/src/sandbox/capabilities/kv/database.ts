import { DatabaseSync } from "node:sqlite";
import { BackworksError, messageOf } from "../../../lib/errors.ts";
import { CapabilityError } from "../capability-error.ts";

/**
 * `space` holds what a namespace uses, kept by triggers: no writer can forget it, and a quota is one
 * look-up. Values stay out of the primary key's tree, where a megabyte would thin out the pages.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS space (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    keys INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY,
    space INTEGER NOT NULL REFERENCES space (id),
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    expires_ms INTEGER,
    UNIQUE (space, key)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entry_expiry ON entry (space, expires_ms) WHERE expires_ms IS NOT NULL;
  CREATE TRIGGER IF NOT EXISTS entry_added AFTER INSERT ON entry BEGIN
    UPDATE space SET keys = keys + 1, bytes = bytes + length(new.key) + length(new.value)
    WHERE id = new.space;
  END;
  CREATE TRIGGER IF NOT EXISTS entry_changed AFTER UPDATE OF value ON entry BEGIN
    UPDATE space SET bytes = bytes + length(new.value) - length(old.value) WHERE id = new.space;
  END;
  CREATE TRIGGER IF NOT EXISTS entry_removed AFTER DELETE ON entry BEGIN
    UPDATE space SET keys = keys - 1, bytes = bytes - length(old.key) - length(old.value)
    WHERE id = old.space;
  END;
`;

/** Changes with the tables above. */
const VERSION = 1;

/** Writers of another process hold the lock for microseconds; this thread must not wait for more. */
const LOCK_WAIT_MS = 20;

const PAGE_BYTES = 4096;

const DAMAGED = 11;
const NO_DATABASE = 26;

/** Result codes of SQLite that say something about the world, and what they say. */
const REASONS: Readonly<Record<number, string>> = {
  5: "another process holds its lock",
  6: "another connection holds its lock",
  8: "it may not be written",
  10: "reading or writing it failed",
  [DAMAGED]: "it is damaged",
  13: "it is full, or the disk is",
  14: "it cannot be opened",
  [NO_DATABASE]: "it is no SQLite database",
};

/**
 * Opens the file, or makes it. `:memory:` is gone with the process. Throws `kv_unavailable` or
 * `kv_damaged`, with the file's name and the reason.
 */
export function openDatabase(file: string, bytesMax: number): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: LOCK_WAIT_MS });
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL`);
    // In WAL mode nothing is lost when the process is killed; the last writes may be when power is.
    database.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
    database.exec(`PRAGMA max_page_count = ${Math.ceil(bytesMax / PAGE_BYTES)}`);
    requireVersion(database);
    database.exec(SCHEMA);
    database.exec(`PRAGMA user_version = ${VERSION}`);
    return database;
  } catch (cause) {
    database?.close();
    const reason = reasonOf(cause) ?? messageOf(cause);
    const code = isDamage(cause) ? "kv_damaged" : "kv_unavailable";
    throw new BackworksError(code, `the store ${file} cannot be used: ${reason}`, {
      cause,
      position: { file },
    });
  }
}

/** Runs `work`; what SQLite cannot do becomes `unavailable`, and every other error stays a bug. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = reasonOf(cause);
    if (reason === undefined) throw cause;
    throw new CapabilityError("unavailable", `the store of kv is not available: ${reason}`, {
      cause,
    });
  }
}

function requireVersion(database: DatabaseSync): void {
  const row = database.prepare("PRAGMA user_version").get();
  const found = Number(row?.["user_version"]);
  if (found > VERSION) {
    throw new Error(`it was written by a newer Backworks (version ${found}, this is ${VERSION})`);
  }
}

function reasonOf(thrown: unknown): string | undefined {
  return REASONS[resultOf(thrown)];
}

/** What the file holds is wrong, not its place. */
function isDamage(thrown: unknown): boolean {
  const result = resultOf(thrown);
  return result === DAMAGED || result === NO_DATABASE;
}

function resultOf(thrown: unknown): number {
  if (!(thrown instanceof Error) || !("errcode" in thrown)) return NaN;
  // The low byte is the kind; the rest tells kinds of I/O errors apart.
  return Number(thrown.errcode) & 0xff;
}

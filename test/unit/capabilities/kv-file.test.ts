import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { KV_DEFAULTS } from "../../../host/src/contracts/capabilities.ts";
import { KvStore } from "../../../host/src/sandbox/capabilities/kv/kv-store.ts";
import { ManualClock } from "../../support/clock.ts";
import { bytes, openStore, temporaryFile, temporaryFolder } from "./kv-support.ts";

describe("the store's file", () => {
  test("is made with its folder and outlives the store", () => {
    const file = temporaryFile("deep/er/kv.sqlite");
    {
      using store = new KvStore({ file, clock: new ManualClock() });
      store.open({ ...KV_DEFAULTS, namespace: "a" }).set("key", bytes("kept"));
    }
    const space = openStore(file).open({ ...KV_DEFAULTS, namespace: "a" });
    expect(space.get("key")).toEqual(bytes("kept"));
  });

  test("is refused by name when it is no database", () => {
    const file = temporaryFile();
    writeFileSync(
      file,
      "this is a text of more than sixteen bytes, and no database at all\n".repeat(20),
    );
    expect(() => openStore(file)).toThrow(
      expect.objectContaining({
        code: "kv_damaged",
        message: `the store ${file} cannot be used: it is no SQLite database`,
      }),
    );
  });

  test("is refused when it was written by a newer version", () => {
    const file = temporaryFile();
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(() => openStore(file)).toThrow("written by a newer Backworks (version 99, this is 1)");
  });

  test("is refused when its folder cannot be made, or it is a folder itself", () => {
    const file = temporaryFile();
    writeFileSync(file, "");
    expect(() => openStore(join(file, "kv.sqlite"))).toThrow("cannot be made");
    expect(() => openStore(temporaryFolder())).toThrow("it cannot be opened");
  });

  test("may be full: writes fail with a reason, reads and later writes go on", () => {
    const space = openStore(temporaryFile(), new ManualClock(), 100 * 4096).open({
      ...KV_DEFAULTS,
      bytesMax: 2 ** 30,
      namespace: "a",
    });
    space.set("small", bytes("1"));
    expect(() => space.set("large", new Uint8Array(600_000))).toThrow(
      expect.objectContaining({
        fault: "unavailable",
        message: "the store of kv is not available: it is full, or the disk is",
      }),
    );
    expect(space.get("large")).toBeUndefined();
    space.set("small", bytes("2"));
    expect(space.get("small")).toEqual(bytes("2"));
  });

  test("may be locked: writes fail soon, and work again when it is free", () => {
    const file = temporaryFile();
    const space = openStore(file).open({ ...KV_DEFAULTS, namespace: "a" });
    space.set("key", bytes("1"));
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    expect(() => space.set("key", bytes("2"))).toThrow("another process holds its lock");
    expect(space.get("key")).toEqual(bytes("1"));
    other.exec("ROLLBACK");
    other.close();
    space.set("key", bytes("3"));
    expect(space.get("key")).toEqual(bytes("3"));
  });

  test("may be damaged while it is open", () => {
    const file = temporaryFile();
    {
      using store = new KvStore({ file, clock: new ManualClock() });
      const space = store.open({ ...KV_DEFAULTS, bytesMax: 2 ** 30, namespace: "a" });
      for (let i = 0; i < 2000; i++) space.set(`key ${i}`, new Uint8Array(500));
    }
    const database = new DatabaseSync(file);
    const page = Number(
      database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'entry'").get()?.[
        "rootpage"
      ],
    );
    database.close();
    overwritePage(file, page);
    const space = openStore(file).open({ ...KV_DEFAULTS, namespace: "a" });
    expect(() => space.set("key 1", bytes("x"))).toThrow(
      expect.objectContaining({
        fault: "unavailable",
        message: expect.stringContaining("damaged"),
      }),
    );
  });

  test("a closed store is a bug of the host, not a fault of the world", () => {
    const store = new KvStore({ file: ":memory:", clock: new ManualClock() });
    const space = store.open({ ...KV_DEFAULTS, namespace: "a" });
    store[Symbol.dispose]();
    expect(() => space.set("a", bytes("1"))).toThrow("finalized");
  });
});

function overwritePage(file: string, page: number): void {
  const pageBytes = 4096;
  const before = readFileSync(file);
  before.fill(0xff, (page - 1) * pageBytes, page * pageBytes);
  writeFileSync(file, before);
}

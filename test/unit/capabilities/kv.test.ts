import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KV_DEFAULTS } from "../../../host/src/contracts/capabilities.ts";
import { ManualClock } from "../../support/clock.ts";
import { attempt, bytes, openSpace, openStore } from "./kv-support.ts";

describe("a space", () => {
  test("gives back what was set, and nothing for what was not", () => {
    const space = openSpace();
    space.set("a", bytes("1"));
    space.set("a", bytes("2"));
    expect(space.get("a")).toEqual(bytes("2"));
    expect(space.get("b")).toBeUndefined();
  });

  test("keeps an empty value apart from no value", () => {
    const space = openSpace();
    space.set("a", new Uint8Array(0));
    expect(space.get("a")).toEqual(new Uint8Array(0));
  });

  test("says whether there was a value to delete", () => {
    const space = openSpace();
    space.set("a", bytes("1"));
    expect([space.delete("a"), space.delete("a"), space.get("a")]).toEqual([
      true,
      false,
      undefined,
    ]);
  });

  test.each([
    "__proto__",
    "constructor",
    "toString",
    "a\0b",
    "a\0c",
    "'; DROP TABLE entry --",
    "ä🙂",
  ])("takes %j for a key like any other", (key) => {
    const space = openSpace();
    expect(space.get(key)).toBeUndefined();
    space.set(key, bytes(key));
    space.set("a\0d", bytes("another"));
    expect(space.get(key)).toEqual(bytes(key));
  });

  test("gives back any value under any key", () => {
    const space = openSpace(undefined, { keysMax: 100_000, bytesMax: 2 ** 30 });
    const key = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.dictionary(key, fc.uint8Array({ maxLength: 50 })), (entries) => {
        for (const [name, value] of Object.entries(entries)) space.set(name, value);
        for (const [name, value] of Object.entries(entries)) expect(space.get(name)).toEqual(value);
      }),
    );
  });

  test.each([
    ["an empty key", "", bytes("1"), "invalid"],
    ["a key of 513 bytes", "é".repeat(256) + "x", bytes("1"), "invalid"],
    ["a value above 1 MiB", "a", new Uint8Array(1024 * 1024 + 1), "too_large"],
  ])("refuses %s and keeps nothing of it", (_, key, value, fault) => {
    const space = openSpace(undefined, { bytesMax: 2 ** 30 });
    expect(() => space.set(key, value)).toThrow(expect.objectContaining({ fault }));
    expect(space.increment("count", 1n)).toBe(1n);
  });

  test("takes a key of 512 bytes and a value of 1 MiB", () => {
    const space = openSpace(undefined, { bytesMax: 2 ** 30 });
    space.set("é".repeat(256), new Uint8Array(1024 * 1024));
    expect(space.get("é".repeat(256))).toHaveLength(1024 * 1024);
  });
});

describe("increment", () => {
  test("counts from nothing, up and down, in decimal text", () => {
    const space = openSpace();
    expect([space.increment("n", 5n), space.increment("n", -7n)]).toEqual([5n, -2n]);
    expect(space.get("n")).toEqual(bytes("-2"));
  });

  test.each([
    ["above the greatest", "9223372036854775807", 1n],
    ["below the least", "-9223372036854775808", -1n],
    ["a number that never fitted", "9999999999999999999", 0n],
    ["a text", "abc", 1n],
    ["a fraction", "1.5", 1n],
    ["leading zeros", "007", 1n],
    ["nothing at all", "", 1n],
  ])("leaves %s alone", (_, value, by) => {
    const space = openSpace();
    space.set("n", bytes(value));
    expect(() => space.increment("n", by)).toThrow(expect.objectContaining({ fault: "conflict" }));
    expect(space.get("n")).toEqual(bytes(value));
  });

  test("adds as 64-bit integers do, or refuses", () => {
    const space = openSpace();
    const integer = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
    fc.assert(
      fc.property(integer, integer, (start, by) => {
        space.set("n", bytes(String(start)));
        const fits = BigInt.asIntN(64, start + by) === start + by;
        const outcome = attempt(() => space.increment("n", by));
        expect(outcome).toEqual(fits ? start + by : "conflict");
      }),
    );
  });

  test("keeps the end of a window of counting", () => {
    const clock = new ManualClock();
    const space = openSpace(clock);
    space.increment("n", 1n, 100);
    clock.advance(60);
    expect(space.increment("n", 1n, 100)).toBe(2n);
    clock.advance(60);
    expect(space.increment("n", 1n, 100)).toBe(1n);
  });
});

describe("compare-and-set", () => {
  test("sets only what is as expected", () => {
    const space = openSpace();
    expect(space.compareAndSet("a", undefined, bytes("1"))).toBe(true);
    expect(space.compareAndSet("a", undefined, bytes("2"))).toBe(false);
    expect(space.compareAndSet("a", bytes("0"), bytes("2"))).toBe(false);
    expect(space.compareAndSet("a", bytes("1"), bytes("2"))).toBe(true);
    expect(space.compareAndSet("b", bytes("1"), bytes("2"))).toBe(false);
    expect(space.get("a")).toEqual(bytes("2"));
  });

  test("looks at no more of a long value than it takes to refuse", () => {
    const space = openSpace();
    space.set("long", new Uint8Array(1_000_000).fill(0x31));
    expect(() => space.increment("long", 1n)).toThrow('the value of "long" is no whole number');
    expect(space.compareAndSet("long", bytes("1"), bytes("2"))).toBe(false);
    expect(space.compareAndSet("long", undefined, bytes("2"))).toBe(false);
    expect(space.delete("long")).toBe(true);
  });

  test("tells an empty value from none", () => {
    const space = openSpace();
    expect(space.compareAndSet("a", new Uint8Array(0), bytes("1"))).toBe(false);
    space.set("a", new Uint8Array(0));
    expect(space.compareAndSet("a", undefined, bytes("1"))).toBe(false);
    expect(space.compareAndSet("a", new Uint8Array(0), bytes("1"))).toBe(true);
  });
});

describe("time to live", () => {
  test("a value is gone at its end, to the millisecond", () => {
    const clock = new ManualClock();
    const space = openSpace(clock);
    space.set("a", bytes("1"), 100);
    clock.advance(99);
    expect(space.get("a")).toEqual(bytes("1"));
    clock.advance(1);
    expect(space.get("a")).toBeUndefined();
    expect(space.delete("a")).toBe(false);
  });

  test("a value set anew without one stays", () => {
    const clock = new ManualClock();
    const space = openSpace(clock);
    space.set("a", bytes("1"), 100);
    space.set("a", bytes("2"));
    clock.advance(1000);
    expect(space.get("a")).toEqual(bytes("2"));
  });

  test("an expired value counts as none for compare-and-set", () => {
    const clock = new ManualClock();
    const space = openSpace(clock);
    space.set("a", bytes("1"), 100);
    clock.advance(100);
    expect(space.compareAndSet("a", undefined, bytes("2"), 50)).toBe(true);
    clock.advance(50);
    expect(space.get("a")).toBeUndefined();
  });

  test.each([0, -1, 1.5, Number.NaN, Infinity, Number.MAX_SAFE_INTEGER])("refuses %d ms", (ttl) => {
    const space = openSpace();
    expect(() => space.set("a", bytes("1"), ttl)).toThrow("no positive duration");
  });

  test("expired values make room before a write is refused", () => {
    const clock = new ManualClock();
    const space = openSpace(clock, { keysMax: 10, bytesMax: 200 });
    for (let i = 0; i < 10; i++) space.set(`k${i}`, bytes("0123456789"), 100);
    clock.advance(100);
    space.set("large", new Uint8Array(190));
    expect(space.get("large")).toHaveLength(190);
  });
});

describe("a quota", () => {
  test("refuses the key that is one too many, and lets the others change", () => {
    const space = openSpace(undefined, { keysMax: 2 });
    space.set("a", bytes("1"));
    space.set("b", bytes("1"));
    expect(() => space.set("c", bytes("1"))).toThrow(expect.objectContaining({ fault: "quota" }));
    expect(() => space.increment("c", 1n)).toThrow("at most 2 keys");
    space.set("a", bytes("2"));
    space.delete("b");
    space.set("c", bytes("1"));
    expect(space.get("b")).toBeUndefined();
  });

  test("counts the bytes of keys and values, also of those that shrink", () => {
    const space = openSpace(undefined, { bytesMax: 100 });
    space.set("a", new Uint8Array(99));
    expect(() => space.set("a", new Uint8Array(100))).toThrow("100 bytes are granted");
    expect(space.get("a")).toHaveLength(99);
    space.set("a", new Uint8Array(10));
    space.set("b", new Uint8Array(80));
    expect(() => space.set("c", new Uint8Array(80))).toThrow(/weather is full/);
  });

  test("stays true whatever was done", () => {
    const space = openSpace(undefined, { keysMax: 3, bytesMax: 60 });
    const model = new Map<string, number>();
    const key = fc.constantFrom("a", "bb", "ccc", "dddd");
    const operation = fc.record({ key, length: fc.option(fc.nat(40)) });
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        for (const each of operations) {
          if (each.length === null) {
            space.delete(each.key);
            model.delete(each.key);
            continue;
          }
          const next = new Map(model).set(each.key, each.length);
          const used = [...next].reduce((sum, [name, length]) => sum + name.length + length, 0);
          const fits = next.size <= 3 && used <= 60;
          const value = new Uint8Array(each.length);
          const outcome = attempt(() => space.set(each.key, value));
          expect(outcome).toBe(fits ? undefined : "quota");
          if (fits) model.set(each.key, each.length);
        }
        for (const [name, length] of model) expect(space.get(name)).toHaveLength(length);
      }),
    );
  });
});

describe("namespaces", () => {
  test("do not see each other, unless they have one name", () => {
    const store = openStore();
    const a = store.open({ ...KV_DEFAULTS, namespace: "a" });
    const b = store.open({ ...KV_DEFAULTS, namespace: "b" });
    const again = store.open({ ...KV_DEFAULTS, namespace: "a" });
    a.set("key", bytes("a"));
    expect(b.get("key")).toBeUndefined();
    expect(again.get("key")).toEqual(bytes("a"));
  });

  test("have quotas of their own", () => {
    const store = openStore();
    const a = store.open({ ...KV_DEFAULTS, keysMax: 1, namespace: "a" });
    const b = store.open({ ...KV_DEFAULTS, keysMax: 1, namespace: "b" });
    a.set("key", bytes("a"));
    b.set("key", bytes("b"));
    expect(() => a.set("other", bytes("a"))).toThrow("the namespace a is full");
  });
});

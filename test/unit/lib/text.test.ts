import fc from "fast-check";
import { expect, test } from "vitest";
import { assertNever } from "../../../host/src/lib/assert.ts";
import { escapeText } from "../../../host/src/lib/escape.ts";
import { createRandomIds } from "../../../host/src/lib/ids.ts";
import { nearest } from "../../../host/src/lib/suggest.ts";

test("escaped text has no line, no escape sequence and no mark that reorders it", () => {
  expect(escapeText("a\nb\u001b[31mc\u202ed")).toBe("a\\u000ab\\u001b[31mc\\u202ed");
  expect(escapeText("Zürich 🦀")).toBe("Zürich 🦀");
});

test.each([
  "\u0000",
  "\u007f",
  "\u009b",
  "\u061c",
  "\u200e",
  "\u200f",
  "\u2028",
  "\u2029",
  "\u202a",
  "\u202e",
  "\u2066",
  "\u2067",
  "\u2068",
  "\u2069",
  "\ufeff",
])("%j, which moves what a reader sees, is escaped", (mark) => {
  const digits = mark.charCodeAt(0).toString(16).padStart(4, "0");
  expect(escapeText(`a${mark}b`)).toBe(`a\\u${digits}b`);
});

test("escaped text is cut", () => {
  expect(escapeText("abcdef", 3)).toBe("abc…");
});

test("no text escapes into a terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      // oxlint-disable-next-line no-control-regex -- exactly these must be gone
      expect(escapeText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    }),
  );
});

test.each([
  ["endpoint", ["endpoints", "plugins"], "endpoints"],
  ["pluigns", ["endpoints", "plugins"], "plugins"],
  ["Methods", ["methods", "method"], "methods"],
  ["zzz", ["endpoints", "plugins"], undefined],
  ["x".repeat(100), ["x".repeat(99)], undefined],
  ["a", ["b".repeat(100), "b"], "b"],
  ["", ["a"], "a"],
])("the nearest to %j among %j is %j", (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});

test("ids are 32 hex digits and do not repeat", () => {
  const ids = createRandomIds();
  const made = Array.from({ length: 1000 }, ids);
  expect(new Set(made).size).toBe(1000);
  expect(made.filter((id) => !/^[0-9a-f]{32}$/.test(id))).toEqual([]);
});

test("a case that the compiler excluded is a bug of ours", () => {
  expect(() => assertNever("surprise" as never, "mode")).toThrow('unexpected mode: "surprise"');
});

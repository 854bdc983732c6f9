import fc from "fast-check";
import { expect, test } from "vitest";
import { assertNever } from "../../../host/src/lib/assert.ts";
import { escapeLines, escapeText } from "../../../host/src/lib/escape.ts";
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
  ["one line", "one line"],
  ["a\nb\u001b[31m\r\nc\rd", "a\n    b\\u001b[31m\n    c\\u000dd"],
  ["Error: x\n    at f (a.ts:1:2)\n    at g\n", "Error: x\n    at f (a.ts:1:2)\n    at g"],
  ["{\n  a: {\n    b\n  }\n}", "{\n      a: {\n        b\n      }\n    }"],
  ["\n\n", ""],
  ["\u2028\ta", "\\u2028\\u0009a"],
])("the lines of %j stay lines", (text, expected) => {
  expect(escapeLines(text)).toBe(expected);
});

test("of too many lines the last ones are one", () => {
  const text = Array.from({ length: 40 }, (_, index) => String(index)).join("\n");
  const lines = escapeLines(text).split("\n");
  expect(lines).toHaveLength(32);
  expect(lines.at(-1)).toBe(
    String.raw`    31\u000a32\u000a33\u000a34\u000a35\u000a36\u000a37\u000a38\u000a39`,
  );
});

test("a line of a text never looks like one of the host's, however often it is escaped", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "\n", "\r\n", " ", "    ", "\u0000", "\\")),
      (parts) => {
        const escaped = escapeLines(parts.join(""));
        // oxlint-disable-next-line no-control-regex -- exactly these must be gone
        expect(escaped).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
        expect(
          escaped
            .split("\n")
            .slice(1)
            .every((line) => line.startsWith("    ")),
        ).toBe(true);
        expect(escapeLines(escaped, Infinity)).toBe(escaped);
      },
    ),
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

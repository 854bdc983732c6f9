import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { ByteReader } from "../../../host/src/wasm/binary/byte-reader.ts";
import { readDataSection } from "../../../host/src/wasm/binary/data-section.ts";
import { readElementSection } from "../../../host/src/wasm/binary/element-section.ts";
import { readGlobalSection } from "../../../host/src/wasm/binary/global-section.ts";
import { readModule, readSectionOr } from "../../../host/src/wasm/binary/module.ts";
import { readTagSection } from "../../../host/src/wasm/binary/tag-section.ts";
import { inspectModule } from "../../../host/src/wasm/inspect.ts";
import { indexModule } from "../../../host/src/wasm/module-index.ts";
import { RICH } from "../../support/rich-module.ts";
import { custom, HEADER, section, withSections } from "../../support/wasm-sections.ts";

describe("bytes that are no core module", () => {
  test.each<[string, number[], string]>([
    ["nothing", [], "it is empty"],
    ["a shell script", [0x23, 0x21, 0x2f, 0x62], "does not begin with"],
    ["a component", [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0], "a WebAssembly component (layer 1)"],
    ["a later version", [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], "version 2, layer 0"],
  ])("%s is not wasm", (_, bytes, message) => {
    expect(() => inspectModule(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({
        code: "plugin_not_wasm",
        message: expect.stringContaining(message),
      }),
    );
  });

  const type = section(1, 1, 0x60, 0, 0);
  test.each<[string, Uint8Array, number, string]>([
    ["a header cut off", Uint8Array.from(HEADER.slice(0, 6)), 6, "ends too early"],
    ["a section cut off", withSections([1, 5, 0]), 10, "5 bytes are announced, 1 are left"],
    ["an unknown section", withSections(section(14)), 8, "14 is no section"],
    ["a section twice", withSections(section(1, 0), section(1, 0)), 11, "repeated or out of order"],
    ["sections in disorder", withSections(section(3, 0), section(1, 0)), 11, "out of order"],
    [
      "a thousand sections",
      withSections(...Array<number[]>(1001).fill(custom("x"))),
      4008,
      "more than 1000",
    ],
    [
      "a byte behind the types",
      withSections(section(1, 0, 0)),
      11,
      "1 bytes too many in the type section",
    ],
    ["an unknown form of type", withSections(section(1, 1, 0x5c)), 11, "0x5c is no form of a type"],
    [
      "an unknown value type",
      withSections(section(1, 1, 0x60, 1, 0x41, 0)),
      13,
      "0x41 is no value type",
    ],
    [
      "an unknown heap type",
      withSections(section(1, 1, 0x60, 1, 0x64, 0x41, 0)),
      14,
      "is no heap type",
    ],
    [
      "an unknown kind of import",
      withSections(section(2, 1, 0, 0, 5)),
      13,
      "5 is no kind of import",
    ],
    [
      "a table of integers",
      withSections(section(4, 1, 0x7f, 0, 0)),
      11,
      "i32 is no reference type",
    ],
    [
      "a table with a strange prefix",
      withSections(section(4, 1, 0x40, 1)),
      12,
      "a zero is expected",
    ],
    ["unknown limits", withSections(section(5, 1, 0x10, 0)), 11, "16 are no limits flags"],
    [
      "an unknown kind of export",
      withSections(section(7, 1, 0, 5, 0)),
      12,
      "5 is no kind of export",
    ],
    [
      "an export twice",
      withSections(section(7, 2, 1, 0x61, 3, 0, 1, 0x61, 3, 0)),
      15,
      'two exports named "a"',
    ],
    [
      "an export of no function",
      withSections(type, section(7, 1, 1, 0x61, 0, 0)),
      0,
      "no function type",
    ],
    [
      "functions without code",
      withSections(type, section(3, 1, 0)),
      18,
      "1 functions are declared, 0 have code",
    ],
    [
      "a start section with more",
      withSections(section(8, 0, 0)),
      11,
      "1 bytes too many in the start section",
    ],
  ])("%s is malformed at its offset", (_, bytes, offset, reason) => {
    expect(() => inspectModule(bytes)).toThrow(
      expect.objectContaining({
        code: "plugin_malformed",
        message: expect.stringContaining(reason),
        details: { offset },
      }),
    );
  });

  test("a body longer than its section is malformed for who reads code", () => {
    const bytes = withSections(type, section(3, 1, 0), section(10, 1, 9));
    expect(inspectModule(bytes).functionCount).toBe(1);
    expect(() => indexModule(bytes)).toThrow("byte 22: 9 bytes are announced, 0 are left");
  });

  test.each<[string, Uint8Array, string]>([
    ["code in a constant", Uint8Array.of(1, 0x7f, 0, 0x10, 0, 0x0b), "not allowed in a constant"],
    ["a vector operation", Uint8Array.of(1, 0x7b, 0, 0xfd, 13, 0x0b), "not allowed in a constant"],
    ["a cast", Uint8Array.of(1, 0x70, 0, 0xfb, 0x14, 0x0b), "not allowed in a constant"],
  ])("a global initialised by %s is malformed", (_, body, reason) => {
    const module = readModule(withSections(section(6, ...body)));
    expect(() => readSectionOr(module, "global", readGlobalSection, [])).toThrow(reason);
  });

  test.each<[string, number[], string]>([
    ["an element segment of an unknown form", section(9, 1, 8), "8 are no element segment flags"],
    ["elements that are no functions", section(9, 1, 1, 1, 0), "other than functions"],
  ])("%s is malformed", (_, element, reason) => {
    const module = readModule(withSections(element));
    expect(() => readSectionOr(module, "element", readElementSection, [])).toThrow(reason);
  });

  test.each<[string, number[], (reader: ByteReader) => unknown, string]>([
    ["a tag with an attribute", [1, 1, 0], readTagSection, "1 is no tag"],
    ["an unknown mutability", [1, 0x7f, 2, 0x41, 0, 0x0b], readGlobalSection, "2 is no mutability"],
    ["a byte behind the last tag", [0, 0], readTagSection, "1 bytes too many in the tag section"],
  ])("%s is malformed", (_, body, read, reason) => {
    expect(() => read(new ByteReader(Uint8Array.from(body)))).toThrow(reason);
  });

  test("a data segment of a memory that is not the first is read", () => {
    const module = readModule(withSections(section(11, 1, 2, 1, 0x41, 0, 0x0b, 1, 0x61)));
    expect(readSectionOr(module, "data", readDataSection, [])).toEqual([
      { mode: "active", bytes: Uint8Array.of(0x61) },
    ]);
  });

  test("a data segment of an unknown form is malformed", () => {
    const module = readModule(withSections(section(11, 1, 3)));
    expect(() => readSectionOr(module, "data", readDataSection, [])).toThrow(
      "3 opens no data segment",
    );
  });
});

describe("any bytes", () => {
  test("are read or malformed, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        expect(outcomeOf(tail)).toBe("plugin_not_wasm");
        expect(outcomeOf(Uint8Array.from([...HEADER, ...tail]))).toMatch(
          /^(read|plugin_malformed)$/,
        );
      }),
      { numRuns: 1000 },
    );
  });

  test("that were a module before a byte changed are read or malformed, and nothing else", () => {
    const change = fc.tuple(fc.integer({ min: 8, max: RICH.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = RICH.slice();
        for (const [offset, value] of changes) bytes[offset] = value;
        expect(outcomeOf(bytes)).toMatch(/^(read|plugin_malformed)$/);
      }),
      { numRuns: 3000 },
    );
  });

  test("that were a module before they were cut off are malformed, or end at a section", () => {
    const ends = new Set(readModule(RICH).sections.map(({ end }) => end));
    const lengths = Array.from({ length: RICH.length - 9 }, (_, index) => index + 9);
    const wholeSections = lengths.filter((length) => ends.has(length));
    const outcomes = lengths.map((length) => outcomeOf(RICH.slice(0, length)));
    expect(outcomes.filter((outcome) => outcome !== "plugin_malformed").length).toBeLessThanOrEqual(
      wholeSections.length,
    );
  });
});

function outcomeOf(bytes: Uint8Array): string {
  try {
    inspectModule(bytes);
    return "read";
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    return error.code;
  }
}

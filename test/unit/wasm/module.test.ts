import { describe, expect, test } from "vitest";
import { readDataCountSection } from "../../../host/src/wasm/binary/data-count-section.ts";
import { readDataSection } from "../../../host/src/wasm/binary/data-section.ts";
import { readElementSection } from "../../../host/src/wasm/binary/element-section.ts";
import { readGlobalSection } from "../../../host/src/wasm/binary/global-section.ts";
import { readModule, readSectionOr, writeModule } from "../../../host/src/wasm/binary/module.ts";
import { readTagSection } from "../../../host/src/wasm/binary/tag-section.ts";
import { inspectModule, readCustomSection } from "../../../host/src/wasm/inspect.ts";
import { RICH } from "../../support/rich-module.ts";
import { custom, section, withSections } from "../../support/wasm-sections.ts";

describe("a module", () => {
  test("is written back byte by byte when nothing was touched", () => {
    const { sections } = readModule(RICH);
    expect(Buffer.from(writeModule(RICH, sections))).toEqual(Buffer.from(RICH));
  });

  test("is written with a new body where one is given", () => {
    const module = readModule(withSections(section(1, 0), custom("note", 1, 2)));
    const body = Uint8Array.from(custom("note", 3).slice(2));
    const sections = module.sections.map((entry) =>
      entry.kind === "custom" ? { kind: entry.kind, body } : entry,
    );
    expect([...writeModule(module.bytes, sections)]).toEqual([
      ...withSections(section(1, 0), custom("note", 3)),
    ]);
  });

  test("has its segments, globals and tags read", () => {
    const module = readModule(RICH);
    expect(readSectionOr(module, "data", readDataSection, []).map(({ mode }) => mode)).toEqual([
      "active",
      "passive",
    ]);
    expect(readSectionOr(module, "element", readElementSection, [])).toEqual([
      { mode: "active", length: 2, functions: [1, 2] },
      { mode: "declarative", length: 1, functions: [1] },
      { mode: "passive", length: 2, functions: [1] },
    ]);
    expect(readSectionOr(module, "global", readGlobalSection, []).map(({ type }) => type)).toEqual([
      "i32",
      "v128",
      "f32",
      "f64",
      "i64",
      "funcref",
      "funcref",
    ]);
    expect(readSectionOr(module, "tag", readTagSection, [])).toHaveLength(1);
    expect(readSectionOr(module, "data-count", readDataCountSection, 0)).toBe(2);
  });
});

describe("the summary", () => {
  test("says what a module asks for and offers", () => {
    const summary = inspectModule(RICH);
    expect(summary.imports).toEqual([
      { module: "env", name: "log", kind: "func", params: ["i32"], results: [] },
      { module: "env", name: "limit", kind: "global" },
      { module: "env", name: "shared", kind: "memory" },
      { module: "env", name: "slots", kind: "table" },
      { module: "env", name: "oops", kind: "tag" },
    ]);
    expect(summary.exports).toEqual([
      { name: "memory", kind: "memory" },
      { name: "table", kind: "table" },
      { name: "failed", kind: "tag" },
      { name: "count", kind: "global" },
      { name: "go", kind: "func", params: ["i32", "f64"], results: ["i64"] },
    ]);
    expect(summary.memories).toEqual([
      { pagesMin: 1, pagesMax: 2, shared: true, wide: false, imported: true },
      { pagesMin: 1, pagesMax: 4, shared: false, wide: false, imported: false },
    ]);
    expect(summary.tables).toEqual([
      { element: "externref", slotsMin: 3, slotsMax: undefined, imported: true },
      { element: "funcref", slotsMin: 2, slotsMax: 8, imported: false },
    ]);
    expect(summary).toMatchObject({ start: 2, functionCount: 2 });
    expect(summary.customSections.has("name")).toBe(true);
    expect(summary.dataBytes).toBeGreaterThan(11);
    expect(summary.codeBytes).toBeGreaterThan(4);
  });

  test("of an empty module is empty", () => {
    expect(inspectModule(withSections())).toEqual({
      imports: [],
      exports: [],
      memories: [],
      tables: [],
      customSections: new Map(),
      start: undefined,
      functionCount: 0,
      codeBytes: 0,
      dataBytes: 0,
    });
  });

  test("names garbage-collected types instead of failing on them", () => {
    const rec = [0x4e, 2, 0x50, 0, 0x5f, 2, 0x78, 1, 0x63, 0x01, 0, 0x4f, 1, 0, 0x5e, 0x7e, 1];
    const func = [0x60, 1, 0x64, 0x6b, 1, 0x63, 0];
    const bytes = withSections(
      section(1, 2, ...rec, ...func),
      section(3, 1, 2),
      section(7, 1, 1, 0x66, 0, 0),
      section(10, 1, 2, 0, 0x0b),
    );
    expect(inspectModule(bytes).exports).toEqual([
      { name: "f", kind: "func", params: ["(ref struct)"], results: ["(ref null 0)"] },
    ]);
  });
});

describe("one custom section", () => {
  const bytes = withSections(custom("a", 1), section(1, 0), custom("b", 2, 3), custom("a"));

  test("is found by its name and copied", () => {
    const found = readCustomSection(bytes, "b");
    expect(found).toEqual(Uint8Array.of(2, 3));
    expect(found?.buffer).not.toBe(bytes.buffer);
  });

  test("that is missing is undefined", () => {
    expect(readCustomSection(bytes, "c")).toBeUndefined();
  });

  test("that is there twice is malformed: two readers could see two different plugins", () => {
    expect(() => readCustomSection(bytes, "a")).toThrow('two custom sections named "a"');
  });
});

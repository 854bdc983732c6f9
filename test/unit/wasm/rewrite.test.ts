import { describe, expect, test } from "vitest";
import { inspectModule } from "../../../host/src/wasm/inspect.ts";
import { PLUGIN_LIMITS } from "../../../host/src/wasm/limits.ts";
import { DEFAULT_POLICY, type RewritePolicy } from "../../../host/src/wasm/policy.ts";
import {
  EXHAUSTED_EXPORT,
  FILL_EXPORT,
  FUEL_EXPORT,
  LEFT_EXPORT,
  MEMORY_EXPORT,
  ROOM_EXPORT,
  START_EXPORT,
} from "../../../host/src/wasm/reserved.ts";
import { rewriteModule } from "../../../host/src/wasm/rewrite.ts";
import { FUELLED, Metered } from "../../support/metered.ts";
import { RICH } from "../../support/rich-module.ts";
import { custom, section, withSections } from "../../support/wasm-sections.ts";
import { wat } from "../../support/wat.ts";

const EVERYTHING: RewritePolicy = {
  ...FUELLED,
  limits: { ...PLUGIN_LIMITS, memoriesMax: 2 },
  allowed: ["threads", "memory64", "multi-memory", "garbage-collection", "imported-memory"],
};

describe("a rewritten module", () => {
  test("is the same bytes each time", () => {
    const [first, second] = [1, 2].map(() => rewriteModule(RICH, EVERYTHING));
    expect(Buffer.compare(first?.bytes ?? RICH, second?.bytes ?? RICH)).toBe(0);
    expect(first?.report).toEqual(second?.report);
  });

  test("has all that it had, and the host's exports behind that", () => {
    const before = inspectModule(RICH);
    const after = inspectModule(rewriteModule(RICH, EVERYTHING).bytes);
    expect(after.imports).toEqual(before.imports);
    expect(after.exports).toEqual([
      ...before.exports,
      { name: FUEL_EXPORT, kind: "global" },
      { name: FILL_EXPORT, kind: "func", params: ["f64"], results: [] },
      { name: LEFT_EXPORT, kind: "func", params: [], results: ["f64"] },
      { name: ROOM_EXPORT, kind: "global" },
      { name: MEMORY_EXPORT, kind: "memory" },
      { name: EXHAUSTED_EXPORT, kind: "table" },
      { name: START_EXPORT, kind: "func", params: [], results: [] },
    ]);
    expect(after.start).toBeUndefined();
  });

  test("is valid when it had nothing at all", () => {
    expect(new Metered(withSections()).fuel).toBe(10_000_000);
  });

  test("loses the sections that are no longer true, and keeps the others", () => {
    const names = ["note", ".debug_info", "reloc.CODE", "linking", "metadata.code.x"];
    const customs = [...names, "sourceMappingURL", "external_debug_info"].map((name) =>
      custom(name),
    );
    const after = inspectModule(rewriteModule(withSections(...customs), DEFAULT_POLICY).bytes);
    expect([...after.customSections.keys()]).toEqual(["note", "metadata.code.branch_hint", "name"]);
  });

  test("says in its report what was done", () => {
    const { report } = rewriteModule(
      wat(`(module
        (func $small (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
        (func (export "run") (loop (br_if 0 (call $small (i32.const 1)))))
        (func (export "cheap") (nop) (drop (i32.const 1))))`),
      DEFAULT_POLICY,
    );
    expect(report).toMatchObject({
      accounting: "bounded",
      functions: 3,
      closedFunctions: 2,
      charges: 1,
      checks: 1,
      regions: 1,
      entryFuel: [["cheap", 1]],
      hasStart: false,
    });
    expect(report.bytesAfter).toBeGreaterThan(report.bytesBefore);
  });

  test("takes its imports from where the policy says", () => {
    const bytes = wat(
      '(module (import "wasi_snapshot_preview1" "x" (func)) (import "b" "y" (func)))',
    );
    const renamedImports = new Map([["wasi_snapshot_preview1", "host"]]);
    const after = inspectModule(rewriteModule(bytes, { ...DEFAULT_POLICY, renamedImports }).bytes);
    expect(after.imports.map(({ module, name }) => `${module}.${name}`)).toEqual(["host.x", "b.y"]);
  });

  test("without imports has none to rename", () => {
    const renamedImports = new Map([["a", "b"]]);
    const { bytes } = rewriteModule(withSections(), { ...DEFAULT_POLICY, renamedImports });
    expect(inspectModule(bytes).imports).toEqual([]);
  });
});

describe("without fuel", () => {
  const SPIN = `(module
    (func $spin (export "spin") (loop (br 0)))
    (func (export "sly") (loop (try (do (call $spin)) (catch_all)) (br 0))))`;

  test("nothing runs before the host has added some, start functions included", () => {
    const text = `(module (global $ran (export "ran") (mut i32) (i32.const 0))
      (func $first (loop (global.set $ran (i32.const 1)) (br_if 0 (i32.const 0))))
      (start $first))`;
    const metered = new Metered(text, DEFAULT_POLICY);
    const { ran } = metered.exports;
    expect(ran instanceof WebAssembly.Global && ran.value).toBe(0);
    expect(() => metered.call(START_EXPORT)).toThrow("unreachable");
    metered.fuel = 100;
    metered.call(START_EXPORT);
    expect(ran instanceof WebAssembly.Global && ran.value).toBe(1);
  });

  test.each(["spin", "sly"])("%s stops with unreachable and fuel below zero", (name) => {
    const metered = new Metered(SPIN);
    expect(() => metered.call(name)).toThrow(
      expect.objectContaining({
        message: "unreachable",
        stack: expect.stringContaining("backworks.out_of_fuel"),
      }),
    );
    expect(metered.fuel).toBeLessThan(0);
    expect(metered.fuel).toBeGreaterThan(-100);
  });

  test("a name section that nobody can read stays as it is", () => {
    const code = [section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(10, 1, 2, 0, 0x0b)];
    const { bytes } = rewriteModule(
      withSections(...code, custom("name", 1, 99, 0)),
      DEFAULT_POLICY,
    );
    expect(inspectModule(bytes).customSections.get("name")).toEqual(Uint8Array.of(1, 99, 0));
  });
});

describe("growing", () => {
  const GROW = `(module (memory 1) (table 1 funcref)
    (func (export "memory") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "table") (param i32) (result i32)
      (table.grow 0 (ref.null func) (local.get 0))))`;

  test.each([
    ["memory", 255, 256],
    ["table", 99_999, 100_000],
  ])("%s beyond its cap answers -1 and costs nothing but the attempt", (name, allowed, after) => {
    const metered = new Metered(GROW);
    const attempt = metered.spend(name, allowed + 1);
    expect(attempt).toBeLessThan(200);
    expect(metered.call(name, allowed + 1)).toBe(-1);
    expect(metered.call(name, allowed)).toBe(1);
    expect(metered.call(name, 0)).toBe(after);
  });

  test("costs by the page and by the slot", () => {
    const metered = new Metered(GROW);
    const attempt = metered.spend("memory", 0);
    expect(metered.spend("memory", 3)).toBe(attempt + 3 * 8192);
    expect(metered.spend("table", 5) - metered.spend("table", 0)).toBe(5 * 64);
  });
});

describe("bulk work", () => {
  const BULK = `(module (memory 2) (table 100 funcref) (elem $elem func $f $f $f) (func $f)
    (data $data "0123456789")
    (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0)))
    (func (export "copy") (param i32) (memory.copy (i32.const 0) (i32.const 9) (local.get 0)))
    (func (export "init") (param i32) (memory.init $data (i32.const 0) (i32.const 0) (local.get 0)))
    (func (export "tfill") (param i32) (table.fill 0 (i32.const 0) (ref.func $f) (local.get 0)))
    (func (export "tcopy") (param i32) (table.copy 0 0 (i32.const 0) (i32.const 9) (local.get 0)))
    (func (export "tinit") (param i32) (table.init 0 $elem (i32.const 0) (i32.const 0) (local.get 0)))
    (func (export "known") (memory.fill (i32.const 0) (i32.const 1) (i32.const 800))))`;

  test.each([
    ["fill", 8000, 1000],
    ["copy", 8000, 1000],
    ["init", 8, 1],
    ["tfill", 90, 90 * 64],
    ["tcopy", 90, 90 * 64],
    ["tinit", 3, 3 * 64],
  ])("%s of %i costs by what it works through", (name, count, units) => {
    const metered = new Metered(BULK);
    expect(metered.spend(name, count) - metered.spend(name, 0)).toBe(units);
  });

  test("of a constant length is paid with the code around it", () => {
    const { report } = rewriteModule(wat(BULK), DEFAULT_POLICY);
    expect(new Map(report.entryFuel).get("known")).toBe(3 + 11 + 100);
  });

  test("that is out of bounds is that, and not out of fuel", () => {
    expect(() => new Metered(BULK).call("fill", -1)).toThrow("memory access out of bounds");
  });

  test("is charged before it is done", () => {
    const metered = new Metered(BULK);
    metered.fuel = 50;
    expect(() => metered.call("fill", 100_000)).toThrow("unreachable");
  });

  test("of 64-bit memories and tables is charged by its 64-bit operand", () => {
    const metered = new Metered(
      `(module (memory i64 1) (memory 1)
        (func (export "fill") (param i64) (memory.fill (i64.const 0) (i32.const 1) (local.get 0)))
        (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0))))`,
      EVERYTHING,
    );
    expect(metered.spend("fill", 8000n) - metered.spend("fill", 0n)).toBe(1000);
    expect(() => metered.call("fill", -1n)).toThrow("memory access out of bounds");
    expect(metered.call("grow", 1000n)).toBe(-1n);
    expect(metered.call("grow", 1n)).toBe(1n);
  });
});

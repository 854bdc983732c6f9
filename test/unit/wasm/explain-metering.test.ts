import { describe, expect, test } from "vitest";
import { explainMetering } from "../../../host/src/wasm/explain-metering.ts";
import { readFunctionNames } from "../../../host/src/wasm/function-names.ts";
import { indexModule } from "../../../host/src/wasm/module-index.ts";
import { DEFAULT_POLICY } from "../../../host/src/wasm/policy.ts";
import { rewriteModule } from "../../../host/src/wasm/rewrite.ts";
import { USED_FEATURES, findUsedFeatures } from "../../../host/src/wasm/used-features.ts";
import type { UsedFeature } from "../../../host/src/wasm/used-features.ts";
import { RICH } from "../../support/rich-module.ts";
import { custom, section, withSections } from "../../support/wasm-sections.ts";
import { wat } from "../../support/wat.ts";

const EXACT = { ...DEFAULT_POLICY, accounting: "exact" } as const;

const BRANCHES = wat(`(module
  (import "h" "f" (func $host))
  (table 1 funcref)
  (type $none (func))
  (func $pick (export "pick") (export "also") (param i32)
    (if (local.get 0)
      (then (call $host))
      (else (call_indirect (type $none) (local.get 0))))
    (loop $again
      (drop (memory.grow (i32.const 1)))
      (br_if $again (local.get 0))))
  (memory 1))`);

describe("the explanation of metering", () => {
  test("has one entry for each function of the module's own, with its exports", () => {
    const { functions, names } = explainMetering(BRANCHES, DEFAULT_POLICY);
    expect(functions).toMatchObject([{ index: 1, name: "pick", exports: ["pick", "also"] }]);
    expect(names.get(0)).toBe("h f");
  });

  test("adds up to what the rewriter reports", () => {
    for (const policy of [DEFAULT_POLICY, EXACT]) {
      const { functions, report } = explainMetering(BRANCHES, policy);
      expect(report).toEqual(rewriteModule(BRANCHES, policy).report);
      const sum = (key: "charges" | "checks" | "regions"): number =>
        functions.reduce((total, each) => total + each[key], 0);
      expect([sum("charges"), sum("checks"), sum("regions")]).toEqual([
        report.charges,
        report.checks,
        report.regions,
      ]);
    }
  });

  test("charges each step where it says: exactly counted, all blocks have their own fuel", () => {
    const { stepsOf } = explainMetering(BRANCHES, EXACT);
    const blocks = stepsOf(1).filter((step) => step.kind === "block");
    expect(blocks.map(({ what }) => what)).toEqual(["entry", "arm", "arm", "round", "arm"]);
    // The first is paid for by the caller, and there is nothing in the last.
    expect(blocks.map(({ fuel }) => fuel > 0)).toEqual([false, true, true, true, false]);
  });

  test("tells calls, loops and work that costs by its size", () => {
    const steps = explainMetering(BRANCHES, DEFAULT_POLICY).stepsOf(1);
    expect(steps.filter(({ kind }) => kind !== "block")).toMatchObject([
      { kind: "call", callee: 0, prepaid: 0, loops: 0 },
      { kind: "call", callee: undefined, prepaid: 24, loops: 0 },
      { kind: "loop", loops: 0 },
      { kind: "bulk", work: "pages", fuelEach: 8192, loops: 1 },
      { kind: "loop_end", loops: 0 },
    ]);
  });

  test("has no steps of functions that are imported or not there", () => {
    const { stepsOf } = explainMetering(BRANCHES, DEFAULT_POLICY);
    expect([stepsOf(0), stepsOf(2)]).toEqual([[], []]);
  });

  test("throws what the rewriter throws", () => {
    expect(() => explainMetering(wat("(module (memory 1 2 shared))"), DEFAULT_POLICY)).toThrow(
      expect.objectContaining({ code: "plugin_feature_unsupported" }),
    );
  });
});

describe("names of functions", () => {
  test("are those of imports and of the name section", () => {
    expect([...readFunctionNames(indexModule(BRANCHES))]).toEqual([
      [0, "h f"],
      [1, "pick"],
    ]);
  });

  test("are none when the section cannot be read", () => {
    for (const body of [
      [1, 9, 1],
      [1, 3, 1, 0, 9],
      [1, 2, 1, 0xff],
    ]) {
      const bytes = withSections(section(1, 0), custom("name", ...body));
      expect([...readFunctionNames(indexModule(bytes))]).toEqual([]);
    }
  });
});

describe("features of a module", () => {
  const CODE: readonly (readonly [code: string, features: readonly UsedFeature[]])[] = [
    ["nop", []],
    ["(drop (i32.const 0xc0))", []],
    ["(drop (f64.const 1)) (drop (f32.const 1)) (drop (i64.const -1))", []],
    ["(block $a (br_table $a $a (i32.const 0)))", []],
    ["(drop (memory.grow (memory.size)))", []],
    ["(drop (i32.load (i32.const 0))) (i64.store8 (i32.const 0) (i64.const 0))", []],
    ["(drop (v128.const i64x2 1 2))", ["SIMD"]],
    ["(drop (v128.load8_lane 3 (i32.const 0) (v128.const i64x2 1 2)))", ["SIMD"]],
    [
      "(drop (i8x16.relaxed_swizzle (v128.const i64x2 1 2) (v128.const i64x2 1 2)))",
      ["SIMD", "relaxed SIMD"],
    ],
    ["(try (do (throw $e)) (catch $e) (catch_all))", ["exceptions", "legacy exceptions"]],
    ["(try $l (do) (delegate 0))", ["legacy exceptions"]],
    ["(return_call $f)", ["tail calls"]],
    ["(return_call_indirect (type $none) (i32.const 0))", ["tail calls"]],
    ["(call_indirect (type $none) (i32.const 0))", []],
    ["(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))", ["bulk memory"]],
    ["(memory.copy (i32.const 0) (i32.const 0) (i32.const 0))", ["bulk memory"]],
    ["(table.copy (i32.const 0) (i32.const 0) (i32.const 0))", ["reference types"]],
    ["(drop (table.get 0 (i32.const 0)))", ["reference types"]],
    ["(drop (ref.is_null (ref.func $f)))", ["reference types"]],
    ["(drop (select (result i32) (i32.const 0) (i32.const 0) (i32.const 0)))", []],
    ["(block (result i32 i32) (i32.const 1) (i32.const 2)) (drop) (drop)", ["multiple values"]],
    ["(drop (i32.extend8_s (i32.const 1)))", ["sign extension"]],
    ["(drop (i32.trunc_sat_f32_s (f32.const 1)))", ["saturating conversions"]],
  ];

  test.each(CODE)("%s", (code, features) => {
    const bytes = wat(`(module (type $none (func)) (tag $e) (memory 1) (table 1 funcref)
      (elem declare func $f) (func $f ${code}))`);
    expect(findUsedFeatures(indexModule(bytes))).toEqual(features);
  });

  test("exceptions of the standard are told from those before it", () => {
    // (func (block (try_table (catch_all 0))))
    const body = [0x00, 0x02, 0x40, 0x1f, 0x40, 0x01, 0x02, 0x00, 0x0b, 0x0b, 0x0b];
    const bytes = withSections(
      section(1, 1, 0x60, 0, 0),
      section(3, 1, 0),
      section(10, 1, body.length, ...body),
    );
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(findUsedFeatures(indexModule(bytes))).toEqual(["exceptions"]);
  });

  test("calls of typed references are told", () => {
    // (func (export "f") (call_ref 0 (ref.func 0)))
    const body = [0x00, 0xd2, 0x00, 0x14, 0x00, 0x0b];
    const bytes = withSections(
      section(1, 1, 0x60, 0, 0),
      section(3, 1, 0),
      section(7, 1, 1, 0x66, 0, 0),
      section(10, 1, body.length, ...body),
    );
    expect(WebAssembly.validate(bytes)).toBe(true);
    const features = ["reference types", "typed function references"];
    expect(findUsedFeatures(indexModule(bytes))).toEqual(features);
  });

  test("more than one table is a feature", () => {
    const bytes = wat("(module (table 1 funcref) (table 1 externref))");
    expect(findUsedFeatures(indexModule(bytes))).toEqual(["several tables"]);
  });

  test("a module of everything is walked to its end", () => {
    const found = findUsedFeatures(indexModule(RICH));
    expect(USED_FEATURES).toEqual(expect.arrayContaining(found));
  });
});

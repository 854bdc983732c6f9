import { describe, expect, test } from "vitest";
import { PLUGIN_LIMITS, type StructureLimits } from "../../../host/src/wasm/limits.ts";
import { DEFAULT_POLICY } from "../../../host/src/wasm/policy.ts";
import { rewriteModule } from "../../../host/src/wasm/rewrite.ts";
import { section, withSections } from "../../support/wasm-sections.ts";
import { wat } from "../../support/wat.ts";

const FUNCTION_TYPE = section(1, 1, 0x60, 0, 0);

function functionOf(...code: number[]): number[][] {
  return [FUNCTION_TYPE, section(3, 1, 0), section(10, 1, code.length + 2, 0, ...code, 0x0b)];
}

describe("what plugins may not use is refused by name", () => {
  const arrayType = section(1, 2, 0x60, 0, 0, 0x5e, 0x7f, 0);
  test.each<[string, Uint8Array]>([
    ["threads", wat("(module (memory 1 1 shared))")],
    ["threads", wat("(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))")],
    ["threads", wat('(module (import "env" "memory" (memory 1 1 shared)))')],
    ["memory64", wat("(module (memory i64 1))")],
    ["multi-memory", wat("(module (memory 1) (memory 1))")],
    ["imported-memory", wat('(module (import "env" "memory" (memory 1)))')],
    ["imported-memory", wat('(module (import "env" "table" (table 1 funcref)))')],
    ["garbage-collection", withSections(section(1, 1, 0x5f, 0))],
    ["garbage-collection", withSections(arrayType)],
    // ref.i31 and drop: no type of its own.
    ["garbage-collection", withSections(...functionOf(0x41, 0, 0xfb, 0x1c, 0x1a))],
    ["stack-switching", withSections(section(1, 2, 0x60, 0, 0, 0x5d, 0))],
  ])("%s", (feature, bytes) => {
    const allowed = feature === "threads" ? (["imported-memory"] as const) : [];
    expect(() => rewriteModule(bytes, { ...DEFAULT_POLICY, allowed })).toThrow(
      expect.objectContaining({ code: "plugin_feature_unsupported", details: { feature } }),
    );
  });
});

describe("a module beyond a limit is refused with both numbers", () => {
  const nested = `(module (func ${"block ".repeat(11)} ${"end ".repeat(11)}))`;
  const locals = `(module (func (local ${"i32 ".repeat(10)}) block end block end block end))`;
  test.each<[string, Partial<StructureLimits>, string]>([
    ["8 bytes, at most 7", { moduleBytesMax: 7 }, ""],
    ["2 types, at most 1", { typesMax: 1 }, "(type (func)) (type (func (param i32)))"],
    ["1 imports, at most 0", { importsMax: 0 }, '(import "a" "b" (func))'],
    ["1 functions, at most 0", { functionsMax: 0 }, "(func)"],
    ["1 globals, at most 0", { globalsMax: 0 }, "(global i32 (i32.const 0))"],
    ["1 exports, at most 0", { exportsMax: 0 }, '(func (export "a"))'],
    ["1 segments, at most 0", { segmentsMax: 0 }, '(memory 1) (data (i32.const 0) "a")'],
    ["2 parameters in one type", { paramsMax: 1 }, "(type (func (param i32 i32)))"],
    ["2 results in one type", { paramsMax: 1 }, "(type (func (result i32 i32)))"],
    ["100001 slots in one table from the start", {}, "(table 100001 funcref)"],
    ["17 tables, at most 16", {}, "(table 1 funcref)".repeat(17)],
    ["function 0 has 2 bytes, at most 1", { functionBytesMax: 1 }, "(func)"],
    ["function 0 has 3 locals, at most 2", { localsMax: 2 }, "(func (local i32 i64 f32))"],
    ["function 0 has 12 nested blocks, at most 11", { nestingMax: 11 }, nested],
    [
      "function 0 has 3 targets of one branch, at most 2",
      { branchTargetsMax: 2 },
      "(func (br_table 0 0 0 (i32.const 0)))",
    ],
    ["function 0 has 40 locals times blocks, at most 39", { localsTimesBlocksMax: 39 }, locals],
  ])("%s", (message, limits, text) => {
    const bytes = wat(text.startsWith("(module") ? text : `(module ${text})`);
    const policy = { ...DEFAULT_POLICY, limits: { ...PLUGIN_LIMITS, ...limits } };
    const source = text === "" ? withSections() : bytes;
    expect(() => rewriteModule(source, policy)).toThrow(
      expect.objectContaining({
        code: "plugin_limit_exceeded",
        message: expect.stringContaining(message),
      }),
    );
  });
});

test.each([
  [257, 256, "begins with 16448KiB of memory, its limits.memory is 16MiB"],
  [1000, 16, "begins with 64000KiB of memory, its limits.memory is 1MiB"],
  [32, 1, "begins with 2MiB of memory, its limits.memory is 64KiB"],
])(
  "a module that begins with %d pages of at most %d is told both as they are set",
  (pages, most, message) => {
    const limits = { ...PLUGIN_LIMITS, memoryPagesMax: most };
    expect(() =>
      rewriteModule(wat(`(module (memory ${pages}))`), { ...DEFAULT_POLICY, limits }),
    ).toThrow(
      expect.objectContaining({
        code: "plugin_memory_exceeded",
        message: `the module ${message}`,
      }),
    );
  },
);

describe("a module that is not valid by itself is refused", () => {
  test("even if the host's own global would make it valid: it could refuel itself", () => {
    const code = functionOf(0x42, 0xff, 0x00, 0x24, 0x00);
    expect(() => rewriteModule(withSections(...code), DEFAULT_POLICY)).toThrow(
      expect.objectContaining({
        code: "plugin_invalid",
        message: expect.stringContaining("Invalid global index: 0"),
      }),
    );
  });

  test("even if the host's own function would make it valid", () => {
    expect(() => rewriteModule(withSections(...functionOf(0x10, 0x01)), DEFAULT_POLICY)).toThrow(
      expect.objectContaining({ code: "plugin_invalid" }),
    );
  });
});

test.each(["backworks:fuel", "backworks:exhausted", "backworks:anything"])(
  "an export named %s belongs to the host",
  (name) => {
    expect(() => rewriteModule(wat(`(module (func (export "${name}")))`), DEFAULT_POLICY)).toThrow(
      expect.objectContaining({ code: "plugin_export_reserved" }),
    );
  },
);

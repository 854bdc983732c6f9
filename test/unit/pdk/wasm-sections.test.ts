import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader } from "../../../pdk-ts/src/build/wasm/byte-reader.ts";
import { ByteWriter } from "../../../pdk-ts/src/build/wasm/byte-writer.ts";
import { readExports, writeExports } from "../../../pdk-ts/src/build/wasm/exports.ts";
import { readGlobals, withInitial, writeGlobals } from "../../../pdk-ts/src/build/wasm/globals.ts";
import { hasOnlyActiveData, segmentsOf, writeData } from "../../../pdk-ts/src/build/wasm/memory.ts";
import {
  readSections,
  replaceSections,
  sectionBody,
  writeSections,
} from "../../../pdk-ts/src/build/wasm/sections.ts";
import { renameImports } from "../../../pdk-ts/src/engine/rename-imports.ts";
import { wat } from "../../support/wat.ts";

const WASM = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

test("unsigned numbers read back as they were written", () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xffffffff }), (value) => {
      const bytes = new ByteWriter().u32(value).finish();
      expect(new ByteReader(bytes).u32()).toBe(value);
    }),
  );
});

test("globals start with any integer that they are given, by the engine's own reading", () => {
  const bytes = wat(`(module
    (global (export "a") (mut i32) (i32.const 5)) (global (export "b") (mut i64) (i64.const 6)))`);
  const sections = readSections(bytes);
  const globals = readGlobals(sectionBody(sections, 6));
  fc.assert(
    fc.property(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (a, b) => {
      const body = writeGlobals(globals.map((global, i) => withInitial(global, i === 0 ? a : b)));
      const module = writeSections(replaceSections(sections, new Map([[6, body]])));
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module)));
      const values = Object.values(exports).map((one) =>
        one instanceof WebAssembly.Global ? one.value : undefined,
      );
      expect(values).toEqual([a, b]);
    }),
  );
});

test("segments bring any memory back, and leave long runs of zeros out", () => {
  const patch = fc.tuple(fc.nat({ max: 4000 }), fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(patch, { maxLength: 20 }), (patches) => {
      const memory = new Uint8Array(4096);
      for (const [at, bytes] of patches) memory.set(bytes, at);
      const segments = segmentsOf(memory);
      const restored = new Uint8Array(4096);
      for (const { start, end } of segments) restored.set(memory.subarray(start, end), start);
      expect(restored).toEqual(memory);
      expect(hasOnlyActiveData(writeData(memory, segments))).toBe(true);
    }),
  );
  expect(segmentsOf(Uint8Array.of(1, ...new Uint8Array(62), 1))).toHaveLength(2);
  expect(segmentsOf(new Uint8Array(64))).toEqual([]);
});

test("passive data is told from active data", () => {
  const passive = wat('(module (memory 1) (data "x"))');
  expect(hasOnlyActiveData(sectionBody(readSections(passive), 11))).toBe(false);
  const computed = wat(`(module (import "a" "b" (global i32)) (memory 1)
    (data (global.get 0) "x"))`);
  expect(hasOnlyActiveData(sectionBody(readSections(computed), 11))).toBe(false);
});

test("imports of functions and memory get another module, and nothing else changes", () => {
  const bytes = wat(`(module (import "a" "f" (func (param i32))) (import "b" "m" (memory 1 2))
    (import "b" "n" (func)))`);
  const renamed = renameImports(bytes, (module, name) => `${module}-${name}`);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(renamed)));
  expect(imports.map(({ module, name, kind }) => [module, name, kind])).toEqual([
    ["a-f", "f", "function"],
    ["b-m", "m", "memory"],
    ["b-n", "n", "function"],
  ]);
  expect(renameImports(bytes, (module) => module)).toEqual(Uint8Array.from(bytes));
  const table = wat('(module (import "a" "t" (table 1 funcref)))');
  expect(() => renameImports(table, (module) => module)).toThrow("not kind 1");
});

test("exports of every kind read back as they were written", () => {
  const kinds = ["func", "table", "memory", "global"] as const;
  const exports = kinds.map((kind, index) => ({ name: `ü-${kind}`, kind, index }));
  expect(readExports(writeExports(exports))).toEqual(exports);
});

test.each<[string, () => unknown, string]>([
  ["no module", () => readSections(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)), "not a WebAssembly"],
  ["an empty file", () => readSections(new Uint8Array(0)), "ends in a section"],
  ["a cut section", () => readSections(Uint8Array.of(...WASM, 1, 9, 0)), "ends in a section"],
  ["a cut number", () => readSections(Uint8Array.of(...WASM, 1, 0x80)), "middle of a value"],
  ["a long number", () => new ByteReader(new Uint8Array(9).fill(0x80)).u32(), "five bytes"],
  ["a long list", () => readExports(Uint8Array.of(0x7f)), "longer than its section"],
  ["an unknown export", () => readExports(Uint8Array.of(1, 1, 97, 9, 0)), "unknown kind"],
  ["a missing section", () => sectionBody([], 7), "no section 7"],
  ["a float global", () => readGlobals(Uint8Array.of(1, 0x7d, 0, 0x43)), "no integer"],
  [
    "a computed global",
    () => readGlobals(Uint8Array.of(1, 0x7f, 0, 0x23, 0, 0x0b)),
    "not constant",
  ],
  ["a longer global", () => readGlobals(Uint8Array.of(1, 0x7f, 0, 0x41, 0, 0x41)), "one constant"],
  ["a cut name", () => new ByteReader(Uint8Array.of(5, 97)).name(), "ends in a section"],
])("%s is refused", (_name, read, message) => {
  expect(read).toThrow(message);
});

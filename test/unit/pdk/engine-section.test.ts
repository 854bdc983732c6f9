import { expect, test } from "vitest";
import { readEngine } from "../../../pdk-ts/src/build/engine.ts";
import { locateEngine } from "../../../pdk-ts/src/build/engine-section.ts";
import { buildSource } from "../../support/plugins.ts";
import { wat } from "../../support/wat.ts";

const HOOKS = { before_request: {} };

async function sectionOf(source: string): Promise<unknown> {
  const { bytes } = await buildSource(source, HOOKS);
  const module = await WebAssembly.compile(Uint8Array.from(bytes));
  const sections = WebAssembly.Module.customSections(module, "backworks:engine");
  return sections.map((section) => JSON.parse(new TextDecoder().decode(section)) as unknown);
}

test("a plugin says where its engine keeps what is running, as the probe has found it", async () => {
  const engine = await WebAssembly.compile(await readEngine());
  const located = locateEngine(engine);
  expect(located).toEqual({
    layout: "quickjs-ng-0.17-wasm32",
    context: expect.any(Number),
    frame: expect.any(Number),
  });
  const small = await sectionOf("export function beforeRequest(): void {}");
  const large = await sectionOf(
    "const kept = Array.from({ length: 50_000 }, (_, i) => ({ i })); export function beforeRequest(): void { kept.at(0); }",
  );
  expect(small).toEqual([located]);
  expect(large).toEqual([located]);
});

/** What stands in for another engine reads the clock, and has one global that is no context. */
const OTHER_ENGINE = (address: number): string => `(module
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock (param i32 i64 i32) (result i32)))
  (memory (export "memory") 1)
  (global (export "global.0") (mut i32) (i32.const ${address}))
  (global (export "global.1") (mut i64) (i64.const 0))
  (func (export "engine_init") (result i32) (i32.const 0))
  (func (export "engine_limit") (param i32 i32))
  (func (export "engine_malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "engine_free") (param i32 i32))
  (func (export "engine_eval") (param i32 i32 i32) (result i32)
    (call $clock (i32.const 0) (i64.const 0) (i32.const 0))))`;

test.each([0, 64, 65_535, -1])(
  "an engine whose structures are others is not named: global %i",
  async (address) => {
    const engine = await WebAssembly.compile(Uint8Array.from(wat(OTHER_ENGINE(address))));
    expect(locateEngine(engine)).toBeUndefined();
  },
);

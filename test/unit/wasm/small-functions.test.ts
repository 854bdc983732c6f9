import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { readCodeSection } from "../../../host/src/wasm/binary/code-section.ts";
import { readModule, readSectionOr } from "../../../host/src/wasm/binary/module.ts";
import { rewriteModule } from "../../../host/src/wasm/rewrite.ts";
import { TestFolder } from "../../support/folder.ts";
import { FUELLED, Metered } from "../../support/metered.ts";
import { wat } from "../../support/wat.ts";

const SMALL_BYTES = 50;

const SMALL = `(func (param i32) (result i32) (local.get 0))`;
const LARGE = `(func (param i32) (result i32)
  (local.get 0) ${"(i32.const 5) (i32.mul) (i32.const 7) (i32.xor)".repeat(20)})`;

function sizesOf(bytes: Uint8Array): number[] {
  const bodies = readSectionOr(readModule(bytes), "code", readCodeSection, []);
  return bodies.map(({ start, end }) => end - start);
}

function rewrittenSizes(functions: string): number[] {
  return sizesOf(rewriteModule(wat(`(module ${functions})`), FUELLED).bytes);
}

/** Bodies without locals and instructions, behind all others. */
function fillersIn(sizes: readonly number[]): number {
  return sizes.length - 1 - sizes.findLastIndex((size) => size > 2);
}

describe("a metered module", () => {
  test.each([
    ["of large functions", 0, 9],
    ["with a few small ones", 3, 8],
    ["with one function", 0, 1],
  ])("%s gets empty functions until half of all are small", (_, small, large) => {
    const sizes = rewrittenSizes(SMALL.repeat(small) + LARGE.repeat(large));
    const smallOnes = sizes.filter((size) => size < SMALL_BYTES);
    expect(smallOnes.length * 2).toBeGreaterThanOrEqual(sizes.length);
    expect(fillersIn(sizes)).toBeLessThanOrEqual(large);
  });

  test("of small functions gets none", () => {
    expect(fillersIn(rewrittenSizes(SMALL.repeat(3)))).toBe(0);
  });

  test("still runs out of fuel, whatever stands behind the function that stops it", () => {
    const loop = `(func (export "run") (loop $l (br $l)))`;
    const metered = new Metered(`(module ${LARGE.repeat(5)} ${loop})`);
    expect(() => metered.call("run")).toThrow("unreachable");
  });
});

/** If V8 goes by something else one day, small-functions.ts has lost its reason. */
test("V8 inlines more into a module in which half of the functions are small", async () => {
  const bytes = wat(`(module
    ${LARGE.replace("(func", "(func $large")}
    ${LARGE.repeat(9)}
    (func (export "run") (param i32) (result i32) (local $i i32)
      (loop $again
        (local.set 0 (call $large (call $large (local.get 0))))
        ${"(local.set 0 (i32.mul (local.get 0) (i32.const 3)))".repeat(20)}
        (br_if $again
          (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))
      (local.get 0)))`);
  const rewritten = rewriteModule(bytes, { ...FUELLED, initialFuel: 1n << 60n }).bytes;
  expect(await inliningBudget(rewritten)).toBeGreaterThan(2 * (await inliningBudget(bytes)));
});

const RUN = `
  const bytes = require("node:fs").readFileSync(process.argv[1]);
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  for (let i = 0; i < 20; i++) run(i);`;

/** Of the function that has the most: bytes after inlining. */
async function inliningBudget(bytes: Uint8Array): Promise<number> {
  await using folder = await TestFolder.create({ "module.wasm": bytes });
  const flags = ["--trace-wasm-inlining", "--wasm-sync-tier-up", "--wasm-tiering-budget=1000"];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    "-e",
    RUN,
    join(folder.path, "module.wasm"),
  ]);
  const budgets = [...stdout.matchAll(/expanding topmost caller\.\.\. budget=min\(\d+, (\d+)\)/g)];
  return Math.max(...budgets.map(([, budget]) => Number(budget)));
}

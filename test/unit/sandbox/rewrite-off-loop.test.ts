import { expect, test } from "vitest";
import { Compiler } from "../../../host/src/sandbox/compile.ts";
import { MeteredCodeCache } from "../../../host/src/sandbox/code-cache.ts";
import { rewriteOffLoop } from "../../../host/src/sandbox/rewrite-off-loop.ts";
import { ByteWriter } from "../../../host/src/wasm/binary/byte-writer.ts";
import { openSection, writeModule } from "../../../host/src/wasm/binary/module.ts";
import { indexModule } from "../../../host/src/wasm/module-index.ts";
import { inspectModule } from "../../../host/src/wasm/inspect.ts";
import { DEFAULT_POLICY } from "../../../host/src/wasm/policy.ts";
import { rewriteModule } from "../../../host/src/wasm/rewrite.ts";
import { wat } from "../../support/wat.ts";
import { leastLag } from "./lag.ts";

const LAG_MAX_MS = 100;
/** Of a module with this many functions, six megabytes are code. */
const MANY = 40_000;
const FEW = 6_000;

const STEPS = "(local.set 0 (i32.add (local.get 0) (i32.const 7)))".repeat(20);
const LOOP = `(loop ${STEPS} (br_if 0 (local.get 0)))`;

/** A module with the same function over and over. */
function manyFunctions(count: number, instructions: string = LOOP): Uint8Array {
  const one = indexModule(wat(`(module (func (param i32) ${instructions}))`));
  const sections = one.sections.map((section) => {
    const { kind } = section;
    if (kind !== "function" && kind !== "code") return section;
    const reader = openSection(one, section);
    const writer = new ByteWriter();
    writer.u32(reader.count() * count);
    const item = reader.take(reader.left);
    for (let left = count; left > 0; left--) writer.raw(item);
    return { kind, body: writer.finish() };
  });
  return writeModule(one.bytes, sections);
}

async function rewrite(bytes: Uint8Array): ReturnType<typeof rewriteOffLoop> {
  const { codeBytes } = inspectModule(bytes);
  return rewriteOffLoop(bytes, DEFAULT_POLICY, codeBytes, new MeteredCodeCache());
}

test("the event loop waits less than 100 ms for a module of several megabytes", async () => {
  const bytes = manyFunctions(MANY);
  const { codeBytes } = inspectModule(bytes);
  expect(codeBytes).toBeGreaterThan(5 * 1024 * 1024);
  const lag = await leastLag(LAG_MAX_MS, async () => new Compiler().compile(bytes));
  expect(lag).toBeLessThan(LAG_MAX_MS);
});

test("a large module is the same as if it were rewritten here", async () => {
  const bytes = manyFunctions(FEW);
  const [first, second] = await Promise.all([rewrite(bytes), rewrite(bytes)]);
  const here = rewriteModule(bytes, DEFAULT_POLICY);
  expect(Buffer.from(first.bytes).equals(here.bytes)).toBe(true);
  expect(Buffer.from(second.bytes).equals(here.bytes)).toBe(true);
  expect(first.report).toEqual(here.report);
});

test("a large module is refused as if it were refused here, and the next one is not", async () => {
  const invalid = manyFunctions(FEW, `${LOOP} (i64.const 0)`);
  const refusals = [rewrite(invalid), rewrite(manyFunctions(60_000, "nop ".repeat(30)))];
  const next = rewrite(manyFunctions(FEW));
  await expect(refusals[0]).rejects.toThrow(
    expect.objectContaining({ code: "plugin_invalid", message: expect.stringContaining("#0") }),
  );
  await expect(refusals[1]).rejects.toThrow(
    expect.objectContaining({
      code: "plugin_limit_exceeded",
      message: "the module has 60000 functions, at most 50000",
    }),
  );
  await expect(next).resolves.toHaveProperty("report.functions", FEW);
});

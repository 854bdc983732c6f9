import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NO_RIGHTS } from "../../../host/src/contracts/capabilities.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { createServices } from "../../../host/src/sandbox/capabilities/services.ts";
import { buildFiles, headOf, manifestOf, runPlugin } from "../../support/plugins.ts";
import { customSection } from "../../support/sections.ts";
import { wat } from "../../support/wat.ts";
import { startBytes, type TestProcess } from "../sandbox-process/support.ts";
import { ADDRESSES, oneFrame } from "./profiling/one-frame.ts";
import { failureOf, FILES, FUEL, headFor } from "./stop-plugin.ts";
import { start } from "./support.ts";

describe("a call of a TypeScript plugin that runs out of fuel names the author's function", () => {
  test.each([
    ["named", "parseTaf", "src/taf.ts", 4],
    ["method", "read", "src/taf.ts", 12],
    ["arrow", "arrow", "src/taf.ts", 18],
    // Of what cannot throw, the engine notes no place: what it did last is the nearest.
    ["tight", "tight", "src/taf.ts", 22],
    ["regex", "matches", "src/taf.ts", 27],
    ["json", "parses", "src/taf.ts", 31],
    ["sort", "<anonymous>", "src/taf.ts", 37],
    ["async", "later", "src/taf.ts", 45],
    ["generator", "beforeRequest", "src/plugin.ts", 14],
    ["kit", "beforeRequest", "src/plugin.ts", 15],
  ])("%s: %s", async (mode, name, file, line) => {
    const plugin = await runPlugin(await buildFiles(FILES), { limits: FUEL });
    const failed = await failureOf(plugin.call("before_request", headFor(mode)));
    expect(failed.message).toBe(
      `test-plugin: before_request needs more than its 3000000 units of fuel: stopped in ${name} (${file}:${line})`,
    );
    expect(failed).toMatchObject({
      code: "guest_fuel_exhausted",
      details: { function: name, file, line, limit: 3_000_000 },
    });
  });

  test("and nothing that its name could do to a log", async () => {
    const plugin = await runPlugin(await buildFiles(FILES), { limits: FUEL });
    const failed = await failureOf(plugin.call("before_request", headFor("renamed")));
    expect(failed.message).toContain("stopped in a\\u000a\\u001b[31mrenamed (src/plugin.ts:");
  });

  test("with secrets in names masked", async () => {
    const { bytes } = await buildFiles(FILES);
    const guest = await start("test", bytes, {
      limits: FUEL,
      services: {
        bind: () => ({ functions: {}, begin: () => undefined, end: () => undefined }),
        redact: () => "***",
      },
    });
    const input = { head: headFor("named"), body: undefined };
    const failed = await failureOf((async () => guest.call("before_request", input, String))());
    expect(failed.message).toContain("stopped in *** (src/taf.ts:4)");
  });
});

test("a call of a TypeScript plugin that runs out of time names the author's function", async () => {
  const limits = { call: { fuel: 1e12, timeMs: 30 } };
  const plugin = await runPlugin(await buildFiles(FILES), { limits });
  const failed = await failureOf(plugin.call("before_request", headFor("arrow")));
  expect(failed).toMatchObject({
    code: "guest_timed_out",
    message:
      "test-plugin: before_request takes longer than 30 ms: stopped in arrow (src/taf.ts:18)",
    details: { function: "arrow", file: "src/taf.ts", line: 18 },
  });
});

test("a call that waits for the host when its time is over names who asked", async () => {
  const built = await buildFiles({
    "plugin.yaml": manifestOf({ before_request: {} }, { capabilities: { plugins: ["other"] } }),
    "src/plugin.ts": `import { plugins } from "@backworks/pdk";
function askOther(): string {
  return plugins.call("other", "");
}
export function beforeRequest(): void {
  askOther();
}`,
  });
  const never = new Promise<never>(() => undefined);
  const services = createServices(
    { ...NO_RIGHTS, plugins: ["other"] },
    {
      store: () => {
        throw new Error("nothing is kept");
      },
      clock: systemClock,
      fillRandom: () => undefined,
      findCallee: () => async () => never,
    },
  );
  const limits = { call: { fuel: 1e8, timeMs: 30 } };
  const plugin = await runPlugin(built, { limits, services });
  const failed = await failureOf(plugin.call("before_request", headOf("GET /")));
  expect(failed.message).toBe(
    "test-plugin: before_request takes longer than 30 ms: stopped in askOther (src/plugin.ts:3)",
  );
});

test("a trap names the function that QuickJS was in", async () => {
  const data = Buffer.from(oneFrame().memory.buffer).subarray(0, 4096).toString("hex");
  const module = wat(`(module
    (memory (export "memory") 1)
    (data (i32.const 0) "${data.replaceAll(/../g, "\\$&")}")
    (func (export "before_request") (result i32) unreachable))`);
  const section = JSON.stringify({ layout: "quickjs-ng-0.17-wasm32", ...ADDRESSES });
  const guest = await start("test", customSection(module, "backworks:engine", section), {});
  const input = { head: "", body: undefined };
  const failed = await failureOf((async () => guest.call("before_request", input, String))());
  expect(failed).toMatchObject({
    code: "guest_trapped",
    message: "test: before_request trapped: unreachable in parseTaf (plugin.js:10)",
    details: { reason: "unreachable", function: "parseTaf", file: "plugin.js", line: 10 },
  });
});

test("recursion without an end is the engine's own error, with the author's frames", async () => {
  const plugin = await runPlugin(await buildFiles(FILES));
  const failed = await failureOf(plugin.call("before_request", headFor("deep")));
  expect(failed.code).toBe("guest_failed");
  expect(failed.message).toContain("at deep (src/taf.ts:56:");
});

describe("in a process of its own", () => {
  let process: TestProcess;
  beforeAll(async () => {
    const { bytes } = await buildFiles(FILES);
    process = await startBytes(bytes, { limits: FUEL });
  });
  afterAll(() => process[Symbol.dispose]());

  test("the error says the same", async () => {
    const failed = await failureOf(process.call("before_request", headFor("named")));
    expect(failed).toMatchObject({
      code: "guest_fuel_exhausted",
      message:
        "test: before_request needs more than its 3000000 units of fuel: stopped in parseTaf (src/taf.ts:4)",
      details: { function: "parseTaf", file: "src/taf.ts", line: 4 },
    });
  });
});

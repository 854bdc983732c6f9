import { join } from "node:path";
import { expect, test } from "vitest";
import { parseManifest } from "../../../host/src/config/manifest.ts";
import type { LimitsAsked, PluginLimits } from "../../../host/src/contracts/limits.ts";
import { NO_LIMITS, NO_LIMITS_ASKED } from "../../../host/src/contracts/limits.ts";
import { loadText, problemsOf } from "./load-text.ts";

async function limitsOf(text: string): Promise<PluginLimits | undefined> {
  const endpoints = "endpoints: { report: { path: /report, response: {} } }";
  const { plugins } = await loadText(`plugins: { weather: { limits: ${text} } }\n${endpoints}`);
  return plugins[0]?.limits;
}

test("a plugin without limits has none of its own", async () => {
  const { plugins } = await loadText("plugins: { weather: {} }");
  expect(plugins[0]?.limits).toEqual(NO_LIMITS);
});

test("limits are read for the plugin, for hooks and for routes", async () => {
  const text = `{ fuel: 5000000, wall_ms: 250, memory: 32MiB, instances: 2, accounting: exact,
    hooks: { before_request: { fuel: 20 ms } }, routes: { report: { fuel: 1.5ms, wall_ms: 9 } } }`;
  await expect(limitsOf(text)).resolves.toEqual({
    fuel: { kind: "units", units: 5_000_000 },
    wallMs: 250,
    memoryPages: 512,
    instances: 2,
    accounting: "exact",
    hooks: { before_request: { fuel: { kind: "milliseconds", ms: 20 }, wallMs: undefined } },
    routes: new Map([["report", { fuel: { kind: "milliseconds", ms: 1.5 }, wallMs: 9 }]]),
  });
});

test.each([
  ["64KiB", 1],
  ["100 KiB", 1],
  ["1GiB", 16_384],
  ["4GiB", 65_536],
])("memory: %s is %d pages", async (memory, pages) => {
  await expect(limitsOf(`{ memory: ${memory} }`)).resolves.toMatchObject({ memoryPages: pages });
});

const FUEL = 'expected an integer from 1 to 1000000000000, or text such as "20 ms"';
const MILLISECONDS = "expected 0.001 ms to 999999.999 ms";

test.each([
  ["{ memory: 63KiB }", "memory: expected 64KiB to 4GiB, got 63KiB"],
  ["{ memory: 5GiB }", "memory: expected 64KiB to 4GiB, got 5GiB"],
  ["{ memory: 16 }", 'memory: expected text such as "16MiB", found 16'],
  ["{ fuel: 0 }", `fuel: ${FUEL}, found 0`],
  ["{ fuel: 20s }", `fuel: ${FUEL}, found "20s"`],
  ['{ fuel: "20" }', `fuel: ${FUEL}, found "20"`],
  ...["0 ms", "00.0ms", "0.000 ms", "1000000 ms"].map((fuel) => [
    `{ fuel: ${fuel} }`,
    `fuel: ${MILLISECONDS}, found "${fuel}"`,
  ]),
  ["{ fuel: true }", `fuel: ${FUEL}, found true`],
  ["{ hooks: { start: { fuel: 0 ms } } }", `hooks.start.fuel: ${MILLISECONDS}`],
  ["{ memory: 0MiB }", "memory"],
  ["{ wall_ms: 0 }", "wall_ms"],
  ["{ hooks: { befor_request: {} } }", "befor_request: unknown key, did you mean before_request?"],
  ["{ feul: 1 }", "feul"],
])("limits: %s is refused by name", async (text, message) => {
  const errors = await problemsOf(`plugins: { weather: { limits: ${text} } }`);
  expect(errors).toEqual([expect.stringMatching(/plugins\.weather\.limits/)]);
  expect(errors[0]).toContain(message);
});

test("a cache that is named goes before the one in data_dir", async () => {
  const { cacheDirectory, directory } = await loadText("cache_dir: ../fast");
  expect(cacheDirectory).toBe(join(directory, "../fast"));
});

test("what is kept in memory only has no cache on disk", async () => {
  await expect(loadText('data_dir: ":memory:"')).resolves.toMatchObject({
    cacheDirectory: undefined,
  });
});

test("memory is written as a size or in pages, and not as both", async () => {
  await expect(limitsOf("{ memory_pages: 9 }")).resolves.toMatchObject({ memoryPages: 9 });
  const both = "plugins: { weather: { limits: { memory: 1MiB, memory_pages: 16 } } }";
  await expect(problemsOf(both)).resolves.toEqual([
    expect.stringContaining("limits.memory_pages: memory says it already: expected one of the two"),
  ]);
});

function askedBy(limits: unknown): LimitsAsked {
  const hooks = { process_endpoint: {} };
  return parseManifest({ abi: 1, name: "p", version: "1.0.0", hooks, limits }, "p.wasm").limits;
}

const ALIKE = [
  { fuel: 7, wall_ms: 8, memory_pages: 9, hooks: { initialize: { fuel: 10 } } },
  { fuel: "20 ms", memory: "16MiB", hooks: { before_request: { fuel: "1.5ms", wall_ms: 5 } } },
  { hooks: { start: null } },
  { hooks: null },
  {},
];

test.each(ALIKE)("a manifest and an operator write limits alike: %j", async (written) => {
  const {
    instances: _,
    accounting: __,
    routes: ___,
    ...ofOperator
  } = {
    ...NO_LIMITS,
    ...(await limitsOf(JSON.stringify(written))),
  };
  expect(askedBy(written)).toEqual(ofOperator);
});

test.each(["instances", "accounting", "routes"])("a manifest does not decide %s", (key) => {
  expect(() => askedBy({ [key]: 1 })).toThrow(
    `limits.${key}: it is the operator's to say: in backworks.yaml, plugins.NAME.limits.${key}`,
  );
});

test.each([
  [{ memory: "63KiB" }, "limits.memory: expected 64KiB to 4GiB, got 63KiB"],
  [{ memory: "1MiB", memory_pages: 16 }, "limits.memory_pages: memory says it already"],
  [{ fuel: "20s" }, "limits.fuel"],
  [{ fuel: "0 ms" }, `limits.fuel: ${MILLISECONDS}, found "0 ms"`],
])("a manifest with limits: %j is refused by name", (limits, message) => {
  expect(() => askedBy(limits)).toThrow(message);
});

test("limits: that are left out ask for nothing", () => {
  expect(askedBy(null)).toEqual(NO_LIMITS_ASKED);
});

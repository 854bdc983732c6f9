import { expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { wat } from "../support/wat.ts";

const GOOD = withManifest(
  wat(`(module
    (memory (export "memory") 1)
    (func (export "process_endpoint") (result i32) (i32.const 0)))`),
  manifestOf("good"),
);
const FINE = withManifest(answering("process_endpoint", "!200\n\nfine"), manifestOf("good"));
const TRAP = withManifest(
  wat('(module (func (export "process_endpoint") (result i32) unreachable))'),
  manifestOf("trap"),
);
const ENDLESS = withManifest(
  wat('(module (func (export "process_endpoint") (result i32) (loop $l (br $l)) (i32.const 0)))'),
  manifestOf("endless"),
);

const YAML = `
endpoints:
  good: { path: /good, plugin: good }
  trap: { path: /trap, plugin: trap }
  endless: { path: /endless, plugin: endless }
  item: { path: "/items/{id}", response: { body: one } }
`;
const FILES = {
  "backworks.yaml": YAML,
  "plugins/good.wasm": GOOD,
  "plugins/trap.wasm": TRAP,
  "plugins/endless.wasm": ENDLESS,
};

test("/metrics tells of calls, fuel, memory, traps and requests", async () => {
  await using app = await startTestApp(FILES);
  for (const path of ["/good", "/good", "/trap", "/endless", "/items/1", "/items/2", "/nowhere"]) {
    await (await app.fetch(path)).text();
  }
  const response = await app.fetch("/metrics");
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  const labels = 'plugin="good",hook="process_endpoint"';
  for (const line of [
    `backworks_plugin_calls_total{${labels},outcome="ok"} 2`,
    'backworks_plugin_calls_total{plugin="trap",hook="process_endpoint",outcome="guest_trapped"} 1',
    'backworks_plugin_calls_total{plugin="endless",hook="process_endpoint",outcome="guest_fuel_exhausted"} 1',
    'backworks_plugin_traps_total{plugin="trap",reason="unreachable"} 1',
    'backworks_plugin_traps_total{plugin="endless",reason="out_of_fuel"} 1',
    'backworks_plugin_memory_bytes{plugin="good"} 65536',
    `backworks_plugin_call_duration_seconds_count{${labels}} 2`,
    'http_server_request_duration_seconds_count{method="GET",route="item",status="200"} 2',
    'http_server_request_duration_seconds_count{method="GET",route="",status="404"} 1',
    'http_server_request_duration_seconds_count{method="GET",route="trap",status="503"} 1',
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
});

test("the same calls use the same fuel, and the figures say how much", async () => {
  await using app = await startTestApp(FILES);
  const fuelAfter = async (): Promise<number> => {
    await (await app.fetch("/good")).text();
    const text = await (await app.fetch("/metrics")).text();
    return Number(
      /^backworks_plugin_fuel_consumed_total\{plugin="good".*\} (\d+)$/m.exec(text)?.[1],
    );
  };
  const first = await fuelAfter();
  expect(first).toBeGreaterThan(0);
  expect(await fuelAfter()).toBe(2 * first);
});

test("each call is a line of the debug log, with what it used", async () => {
  await using app = await startTestApp(FILES);
  await (await app.fetch("/good")).text();
  await (await app.fetch("/trap")).text();
  const calls = app.records.filter(({ msg }) => msg === "plugin called");
  expect(calls).toMatchObject([
    {
      level: "debug",
      plugin: "good",
      hook: "process_endpoint",
      outcome: "ok",
      fuel: expect.any(Number),
      durationMs: expect.any(Number),
      memoryBytes: 65_536,
    },
    { level: "debug", plugin: "trap", outcome: "guest_trapped" },
  ]);
});

test("a guest in a process of its own is counted, too", async () => {
  await using app = await startTestApp({
    "plugins/fine.wasm": FINE,
    "backworks.yaml": `${YAML}plugins: { good: { isolation: process } }\n`,
  });
  expect(await (await app.fetch("/good")).text()).toBe("fine");
  const text = await (await app.fetch("/metrics")).text();
  expect(text).toMatch(/^backworks_plugin_calls_total\{plugin="good",.*outcome="ok"\} 1$/m);
});

/** Reports a metric frame of its own, and answers what the host says to it as a status. */
const REPORTER = withManifest(
  wat(`(module
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
    (import "extism:host/user" "bw_metric_record" (func $record (param i64) (result i64)))
    (memory 1)
    (data (i32.const 0) "counter reports_total 2\\0akind: metar\\0a")
    (func (export "process_endpoint") (result i32)
      (local $at i64) (local $i i32)
      (local.set $at (call $alloc (i64.const 36)))
      (loop $copy
        (call $store (i64.add (local.get $at) (i64.extend_i32_u (local.get $i)))
          (i32.load8_u (local.get $i)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $copy (i32.lt_u (local.get $i) (i32.const 36))))
      (i64.ne (call $record (local.get $at)) (i64.const 0))))`),
  manifestOf("reporter", "process_endpoint", { capabilities: { metrics: true } }),
);

test("what a plugin with the right to it reports is among the figures", async () => {
  await using app = await startTestApp({
    "plugins/reporter.wasm": REPORTER,
    "backworks.yaml": `
endpoints: { report: { path: /report, plugin: reporter } }
plugins: { reporter: { grants: { metrics: true } } }
`,
  });
  expect((await app.fetch("/report")).status).toBe(200);
  expect((await app.fetch("/report")).status).toBe(200);
  const text = await (await app.fetch("/metrics")).text();
  expect(text).toContain('\nplugin_reports_total{plugin="reporter",kind="metar"} 4\n');
});

test("the path of the figures is the operator's to choose", async () => {
  await using app = await startTestApp({
    "backworks.yaml": `${YAML}monitoring: { metrics: { export_endpoint: /internal/figures } }\n`,
  });
  expect((await app.fetch("/metrics")).status).toBe(404);
  expect(await (await app.fetch("/internal/figures")).text()).toContain("# HELP");
});

test("without metrics nothing answers their path", async () => {
  for (const monitoring of ["{ metrics: { enabled: false } }", "{ enabled: false }"]) {
    await using app = await startTestApp({
      "backworks.yaml": `${YAML}monitoring: ${monitoring}\n`,
    });
    expect((await app.fetch("/metrics")).status).toBe(404);
    expect((await app.fetch("/items/1")).status).toBe(200);
  }
});

test("a route of the user goes before the figures", async () => {
  await using app = await startTestApp({
    "backworks.yaml": "endpoints: { mine: { path: /metrics, response: { body: mine } } }\n",
  });
  expect(await (await app.fetch("/metrics")).text()).toBe("mine");
});

test("a path that the host has for something else is refused with its place", async () => {
  const starting = startTestApp({
    "backworks.yaml": "monitoring:\n  metrics: { export_endpoint: /health }\nendpoints: {}\n",
  });
  await expect(starting).rejects.toMatchObject({
    errors: [
      {
        code: "config_invalid",
        message: expect.stringContaining("monitoring.metrics.export_endpoint"),
        position: { line: 2 },
      },
    ],
  });
});

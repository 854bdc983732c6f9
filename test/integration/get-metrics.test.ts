import { expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import { withManifest } from "../support/module.ts";
import { scripted } from "../support/scripted.ts";
import type { Script } from "../support/scripted.ts";

const CONFIG = "endpoints: { open: { path: /open, response: { body: open } } }\n";

function plugin(name: string, script: Script, imports = "", more: object = {}): Uint8Array {
  const hooks = Object.fromEntries(Object.keys(script(() => "")).map((hook) => [hook, {}]));
  const manifest = { abi: 1, name, version: "1.0.0", hooks, ...more };
  return withManifest(scripted(script, imports), manifest);
}

const say =
  (json: string): Script =>
  (text) => ({ get_metrics: `(call $say ${text(json)})` });

async function figures(
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<{ readonly own: string[]; readonly calls: string[]; readonly logs: string[] }> {
  await using app = await startTestApp({ "backworks.yaml": CONFIG, ...files });
  const text = await (await app.fetch("/metrics")).text();
  const lines = text.split("\n");
  return {
    own: lines.filter((line) => line.startsWith("plugin_")),
    calls: lines.filter((line) => /calls_total.*get_metrics.* 1$/.test(line)),
    logs: app.records.filter(({ level }) => level === "warn").map(({ msg }) => msg),
  };
}

test("figures of plugins are gauges of their own, under one prefix", async () => {
  const { own, calls } = await figures({
    "plugins/a.wasm": plugin("a", say('{"cache_entries":3,"load":0.5}')),
    "plugins/b.wasm": plugin("b", say('{"cache_entries":-1e3}')),
    "plugins/c.wasm": plugin("c", say("")),
  });
  expect(own).toEqual([
    'plugin_cache_entries{plugin="a"} 3',
    'plugin_cache_entries{plugin="b"} -1000',
    'plugin_load{plugin="a"} 0.5',
  ]);
  expect(calls).toHaveLength(3);
});

const RECORD = `(import "extism:host/user" "bw_metric_record" (func $record (param i64) (result i64)))`;

test("a name that the plugin records itself is not told twice", async () => {
  const script: Script = (text) => ({
    start: `(drop (call $record ${text("counter reports 2")})) (i32.const 0)`,
    ...say('{"reports":7,"other":1}')(text),
  });
  const { own } = await figures({
    "backworks.yaml": `${CONFIG}plugins: { a: { grants: { metrics: true } } }`,
    "plugins/a.wasm": plugin("a", script, RECORD, { capabilities: { metrics: true } }),
  });
  expect(own).toEqual(['plugin_reports{plugin="a"} 2', 'plugin_other{plugin="a"} 1']);
});

const MANY = JSON.stringify(
  Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`f${index}`, index])),
);

test.each([
  ["[1]", 'expected {"name": number, …}'],
  ["{", "expected JSON in UTF-8"],
  [`{"a":${"[".repeat(32)}${"]".repeat(32)}}`, "expected at most 32 levels of JSON"],
  ['{"Bad":1}', '"Bad" is no name such as cache_entries'],
  ['{"a{x=\\"1\\"}":1}', "is no name such as cache_entries"],
  ['{"a":"1"}', "a is no finite number"],
  ['{"a":1e999}', "a is no finite number"],
  ['{"a":{"b":1}}', "a is no finite number"],
  [MANY, "expected at most 100 figures, got 101"],
])("%s is left out and logged, and the others are there", async (json, why) => {
  const { own, calls, logs } = await figures({
    "plugins/a.wasm": plugin("a", say(json)),
    "plugins/b.wasm": plugin("b", say('{"fine":1}')),
  });
  expect(own).toEqual(['plugin_fine{plugin="b"} 1']);
  expect(calls).toContain(
    'backworks_plugin_calls_total{plugin="a",hook="get_metrics",outcome="guest_output_malformed"} 1',
  );
  expect(logs).toEqual([expect.stringContaining(why)]);
});

test("a plugin that traps is counted, and nobody minds", async () => {
  const { own, calls } = await figures({
    "plugins/a.wasm": plugin("a", () => ({ get_metrics: "(unreachable)" })),
    "plugins/b.wasm": plugin("b", say('{"fine":1}')),
  });
  expect(own).toEqual(['plugin_fine{plugin="b"} 1']);
  expect(calls.join()).toContain('plugin="a",hook="get_metrics",outcome="guest_trapped"');
});

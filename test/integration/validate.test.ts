import { expect, test } from "vitest";
import { startTestApp, TestFolder } from "../support/app.ts";
import type { Files } from "../support/folder.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { GOOD } from "../support/refusals.ts";
import { runCommand } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

const HOOK = '(func (export "process_endpoint") (result i32) (i32.const 0))';
const PAGE = "endpoints: { page: { path: /, plugin: good } }\n";

async function validate(yaml: string, files: Files = { "plugins/good.wasm": GOOD }) {
  await using folder = await TestFolder.create({ "backworks.yaml": yaml, ...files });
  const { exit, out, err } = await runCommand(["validate"], folder.path);
  return { exit, out: (out + err).replaceAll(`${folder.path}/`, "") };
}

test("an endpoint whose plugin is disabled is told so", async () => {
  const { exit, out } = await validate(`${PAGE}plugins: { good: { enabled: false } }`);
  expect([exit, out]).toEqual([
    1,
    `error plugin_unavailable backworks.yaml:1:14
  endpoint "page" names plugin "good", which is disabled (plugins.good.enabled: false)
  help: see the start-up summary, or backworks validate, for the reason the plugin is not there
`,
  ]);
});

test("an endpoint whose plugin nobody has is told of the nearest one", async () => {
  const { out } = await validate(PAGE.replace("good", "god"));
  expect(out).toContain(
    'endpoint "page" names plugin "god", which is not there; did you mean "good"?',
  );
});

test("of a plugin that is refused the reason is told, and nothing that is not so", async () => {
  const twice = { "plugins/good.wasm": GOOD, "plugins/copy.wasm": GOOD };
  const { out } = await validate(PAGE, twice);
  expect(out).toMatch(/^error plugin_name_conflict\n {2}2 files are plugin "good": .*\n.*\n$/);
  const cut = { "plugins/good.wasm": GOOD.subarray(0, GOOD.length - 9) };
  expect((await validate(PAGE, cut)).out).toMatch(/^error plugin_malformed .*\n.*\n.*\n$/);
});

test("each problem of a manifest beside a module has a line and a place of its own", async () => {
  const files = {
    "plugins/good.wasm": wat(`(module ${HOOK})`),
    "plugins/good.plugin.yaml":
      "abi: 1\nname: good\nversion: 1\nhooks: { process_endpoint: {} }\ncritical: maybe\n",
  };
  const { exit, out } = await validate(PAGE, files);
  expect(exit).toBe(1);
  expect(out.split("\n").filter((line) => line.startsWith("error"))).toEqual([
    "error plugin_manifest_invalid plugins/good.plugin.yaml:3:10",
    "error plugin_manifest_invalid plugins/good.plugin.yaml:5:11",
  ]);
  await using app = await startTestApp({ "backworks.yaml": PAGE, ...files });
  expect(app.summary.plugins[0]?.error?.message).toMatch(/^version: .*\ncritical: .*$/);
});

test("who requires a plugin that is refused is refused, too", async () => {
  const requiring = withManifest(
    wat(`(module ${HOOK})`),
    manifestOf("late", "process_endpoint", { requires: { plugins: { wide: "*" } } }),
  );
  const wide = withManifest(wat(`(module (memory i64 1) ${HOOK})`), manifestOf("wide"));
  const { out } = await validate(PAGE, {
    "plugins/good.wasm": GOOD,
    "plugins/late.wasm": requiring,
    "plugins/wide.wasm": wide,
  });
  expect(out.match(/^error \w+/gm)).toEqual([
    "error plugin_feature_unsupported",
    "error plugin_requirement_missing",
  ]);
});

test("every template that cannot work is told, where it stands and by the key that is written", async () => {
  const { exit, out } = await validate(`endpoints:
  a:
    path: /a/{id}
    response: { body: "\${path.idd} \${quer.x} \${now}", headers: { X-A: "\${nope}" } }
  b:
    path: /b
    mock: { data: ["\${none}"] }
    mock_responses:
      GET: { body: { list: [1, "\${path.x"] } }
      "GET /b/{c}": { body: "\${path.c} \${path.d}" }
`);
  expect(exit).toBe(1);
  const lines = out.split("\n");
  const told = lines.flatMap((line, index) =>
    line.startsWith("error") ? [`${line.slice(21)} ${lines[index + 1]?.trim()}`] : [],
  );
  expect(told).toEqual([
    expect.stringMatching(/^backworks.yaml:4:23 endpoints.a.response.body: .*"path.idd"/),
    expect.stringMatching(/^backworks.yaml:4:23 endpoints.a.response.body: .*"quer.x"/),
    expect.stringMatching(/^backworks.yaml:4:71 endpoints.a.response.headers.X-A: .*"nope"/),
    expect.stringMatching(/^backworks.yaml:7:20 endpoints.b.mock.data\[0\]: .*"none"/),
    expect.stringMatching(/^backworks.yaml:9:32 endpoints.b.mock_responses.GET.body.list\[1\]: /),
    expect.stringMatching(/^backworks.yaml:10:\d+ .*body: .*"path.d"/),
  ]);
});

import { expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { GOOD } from "../support/refusals.ts";
import { runCommand } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

const MODULE = wat('(module (func (export "process_endpoint") (result i32) (i32.const 0)))');

function plugin(name: string, more: Readonly<Record<string, unknown>>): Uint8Array {
  return withManifest(MODULE, manifestOf(name, "process_endpoint", more));
}

test("plugin list shows as refused what manifests and the configuration rule out", async () => {
  await using folder = await TestFolder.create({
    "backworks.yaml": "plugins: { picky: { config: { units: 5 } }, off: { enabled: false } }\n",
    "plugins/good.wasm": GOOD,
    "plugins/off.wasm": plugin("off", { requires: { host: ">=9" } }),
    "plugins/newer.wasm": plugin("newer", { requires: { host: ">=9" } }),
    "plugins/needy.wasm": plugin("needy", { requires: { plugins: { newer: "*" } } }),
    "plugins/picky.wasm": plugin("picky", {
      config_schema: { properties: { units: { type: "string" } }, required: ["city"] },
    }),
  });
  const { exit, out } = await runCommand(["plugin", "list"], folder.path);
  expect(exit).toBe(1);
  expect(out.split("\n").map((line) => line.replaceAll(/ {2,}/g, "  "))).toEqual([
    "good  1.0.0  enabled  process_endpoint  plugins/good.wasm",
    "needy  1.0.0  refused  process_endpoint  plugins/needy.wasm",
    "  it requires plugin newer *, which is not loaded",
    "newer  1.0.0  refused  process_endpoint  plugins/newer.wasm",
    expect.stringMatching(/^ {2}requires\.host is ">=9", and this is Backworks /),
    "off  1.0.0  disabled  process_endpoint  plugins/off.wasm",
    "picky  1.0.0  refused  process_endpoint  plugins/picky.wasm",
    '  plugins.picky.config: the key "city" is missing',
    "  plugins.picky.config.units: expected text, found 5",
    "",
  ]);
  const json = await runCommand(["plugin", "list", "--json"], folder.path);
  expect([json.exit, JSON.parse(json.out)]).toMatchObject([
    1,
    {
      ok: false,
      plugins: [
        { name: "good", state: "enabled" },
        { name: "needy", state: "refused", error: { code: "plugin_requirement_missing" } },
        { name: "newer", state: "refused", error: { code: "plugin_host_unsupported" } },
        { name: "off", state: "disabled" },
        { name: "picky", state: "refused", error: { code: "plugin_config_invalid" } },
      ],
    },
  ]);
});

test("plugin list is content with plugins that nothing rules out", async () => {
  await using folder = await TestFolder.create({
    "backworks.yaml": "name: test\n",
    "plugins/good.wasm": GOOD,
  });
  expect((await runCommand(["plugin", "list"], folder.path)).exit).toBe(0);
});

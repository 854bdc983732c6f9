import { expect, test } from "vitest";
import { startTestApp, TestFolder } from "../support/app.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { GOOD } from "../support/refusals.ts";
import { runCommand } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

const NOSY = withManifest(
  wat('(module (func (export "before_request") (result i32) (i32.const 0)))'),
  manifestOf("nosy", "before_request", {
    hooks: {
      before_request: {
        reads: { headers: ["authorization", "accept"], body: "text" },
        writes: { headers: ["x-user"], status: true },
      },
    },
  }),
);

const NARROWED = `
plugins:
  nosy:
    grants:
      hooks:
        before_request: { reads: { headers: [accept], body: none }, writes: { status: false } }
`;

test("plugin info shows what a hook sees and changes as the operator narrows it", async () => {
  await using folder = await TestFolder.create({
    "backworks.yaml": NARROWED,
    "plugins/nosy.wasm": NOSY,
  });
  const { out } = await runCommand(["plugin", "info", "nosy"], folder.path);
  expect(out).toContain("sees     method and target; request headers accept\n");
  expect(out).toContain("changes  request headers x-user\n");
  const alone = await runCommand(["plugin", "info", "plugins/nosy.wasm"], folder.path);
  expect(alone.out).toContain("request headers authorization, accept; the request body as text");
  expect(alone.out).toContain("changes  request headers x-user; answering at once\n");
});

test("a manifest beside a module with its own is told to be without effect", async () => {
  const note = "good.plugin.yaml beside it is not read: good.wasm carries a manifest of its own";
  await using app = await startTestApp({
    "backworks.yaml": "endpoints: { a: { path: /a, plugin: good } }\n",
    "plugins/good.wasm": GOOD,
    "plugins/good.plugin.yaml": "abi: 1\nname: other\n",
  });
  expect(app.records.map(({ msg }) => msg)).toContain(note);
  for (const args of [
    ["validate"],
    ["plugin", "info", "good"],
    ["plugin", "validate", "plugins/good.wasm"],
  ]) {
    const { exit, out } = await runCommand(args, app.folder.path);
    expect([exit, out]).toEqual([0, expect.stringContaining(note)]);
  }
});

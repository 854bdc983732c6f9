import { expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { runCommand, startCommand } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

const HOSTILE = "a\u001b[2Jb\u009b31m\u202ec";
const YAML = "name: x\nserver: { host: 127.0.0.1, port: 0 }\nendpoints: {}\n";
// oxlint-disable-next-line no-control-regex -- exactly these must not reach a terminal
const DANGEROUS = /\u001b(?!\[[\d;]*m)|[\u0080-\u009f\u061c\u202a-\u202e\u2066-\u2069]/;

const FILES = {
  "backworks.yaml": YAML,
  [`plugins/${HOSTILE}.wasm`]: "no module",
  "plugins/good.wasm": withManifest(
    wat("(module)"),
    manifestOf("good", "process_endpoint", { hooks: {}, description: HOSTILE, license: HOSTILE }),
  ),
};

test.each([
  [["plugin", "list"]],
  [["plugin", "list", "--json"]],
  [["plugin", "validate", `plugins/${HOSTILE}.wasm`]],
  [["plugin", "info", "plugins/good.wasm"]],
  [["plugin", "info", "plugins/good.wasm", "--json"]],
  [["validate"]],
  [["validate", "--json"]],
])("names from outside cannot drive the terminal: %j", async (args) => {
  await using folder = await TestFolder.create(FILES);
  const { out, err } = await runCommand(args, folder.path);
  expect((out + err).length).toBeGreaterThan(0);
  expect(out + err).not.toMatch(DANGEROUS);
});

test("the start-up summary shows hostile names harmlessly", async () => {
  await using folder = await TestFolder.create(FILES);
  const command = startCommand(["start"], { directory: folder.path });
  await command.err.until(/Listening/);
  command.stop();
  const { err } = await command.ended;
  expect(err).toContain("\\u001b[2Jb");
  expect(err).not.toMatch(DANGEROUS);
});

test("a directory that somebody wrote down and that is not there is noted", async () => {
  const yaml = `${YAML}plugin_discovery: { directories: [./plugin] }\n`;
  await using folder = await TestFolder.create({ "backworks.yaml": yaml });
  const { exit, out } = await runCommand(["validate"], folder.path);
  expect(exit).toBe(0);
  expect(out).toMatch(/note .*backworks\.yaml:4:\d+\n.*there is no directory .*plugin/);
});

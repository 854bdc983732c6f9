import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TestFolder } from "../support/app.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { runCommand, startCommand } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

const GOOD = withManifest(
  answering("process_endpoint", "!200\n\nfine"),
  manifestOf("good", "process_endpoint", { description: "answers fine", license: "MIT" }),
);
const YAML = `name: shop
server: { host: 127.0.0.1, port: 0 }
endpoints:
  good: { path: /good, plugin: good }
`;
const FILES = { "backworks.yaml": YAML, "plugins/good.wasm": GOOD };

test("start serves until it is asked to stop, and says what it serves", async () => {
  await using folder = await TestFolder.create(FILES);
  const command = startCommand(["start"], { directory: folder.path });
  const [, url = ""] = await command.err.until(/Listening on (\S+)/);
  const response = await fetch(new URL("/good", url));
  expect([response.status, await response.text()]).toEqual([200, "fine"]);
  command.stop();
  const { exit, out, err } = await command.ended;
  expect(exit).toBe(0);
  expect(err).toMatch(
    /Plugins {2}1 loaded\n.*✓ good +1\.0\.0 +process_endpoint +plugins\/good\.wasm/,
  );
  expect(err).toMatch(/Routes {2}1\n +GET +\/good +good/);
  const records = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(records.at(-1)).toMatchObject({ level: "info", msg: "stopped" });
});

test("start --json prints the summary as one line", async () => {
  await using folder = await TestFolder.create({
    ...FILES,
    "plugins/broken.wasm": "no",
  });
  const command = startCommand(["start", "--json"], { directory: folder.path });
  const [line] = await command.out.until(/\{"ok":true,"event":"started".*\n/);
  command.stop();
  await command.ended;
  expect(JSON.parse(line)).toMatchObject({
    name: "shop",
    plugins: [
      { name: "broken", state: "refused", error: { code: "plugin_not_wasm" } },
      { name: "good", state: "loaded", hooks: ["process_endpoint"] },
    ],
    routes: [{ id: "good", methods: ["GET"], path: "/good", handler: "good" }],
  });
});

test("start shows what grants a plugin its rights as lines to copy", async () => {
  const needy = wat(`(module
    (import "extism:host/user" "bw_clock_now" (func (result i64)))
    (func (export "process_endpoint") (result i32) (i32.const 0)))`);
  const extra = { capabilities: { clock: {} } };
  await using folder = await TestFolder.create({
    "backworks.yaml": `${YAML}plugins: { good: {} }\n`,
    "plugins/good.wasm": withManifest(needy, manifestOf("good", "process_endpoint", extra)),
  });
  const command = startCommand(["start"], { directory: folder.path });
  await command.err.until(/Listening/);
  command.stop();
  const { err } = await command.ended;
  expect(err).toMatch(
    /yaml:5:12: it imports .+clock \(bw_clock_now\); .+\n {8}plugins:\n {10}good:\n {12}grants:\n {14}clock: true\n/,
  );
});

test("start marks a plugin that has a process of its own", async () => {
  const yaml = `${YAML}plugins: { good: { isolation: process, critical: true } }\n`;
  await using folder = await TestFolder.create({ ...FILES, "backworks.yaml": yaml });
  const shown = startCommand(["start"], { directory: folder.path });
  await shown.err.until(/Listening/);
  shown.stop();
  const { err } = await shown.ended;
  expect(err).toMatch(
    /✓ good +1\.0\.0 +process_endpoint +critical, in a process of its own +plugins\/good\.wasm\n/,
  );
  const told = startCommand(["start", "--json"], { directory: folder.path });
  const [line] = await told.out.until(/\{"ok":true,"event":"started".*\n/);
  told.stop();
  await told.ended;
  expect(JSON.parse(line)).toMatchObject({
    plugins: [{ name: "good", critical: true, isolation: "process" }],
    routes: [{ id: "good", closed: "never" }],
  });
});

test("start shows why a plugin was refused", async () => {
  await using folder = await TestFolder.create({ ...FILES, "plugins/broken.wasm": "no" });
  const command = startCommand(["start"], { directory: folder.path });
  await command.err.until(/Listening/);
  command.stop();
  const { err } = await command.ended;
  expect(err).toMatch(/1 loaded, 1 refused/);
  expect(err).toMatch(/✗ broken +refused +plugins\/broken\.wasm\n.+WebAssembly/);
});

test("start fails with 3 when the port is taken, and names the way out", async () => {
  await using folder = await TestFolder.create(FILES);
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as AddressInfo;
  const { exit, err } = await runCommand(["start", "-p", String(port)], folder.path);
  taken.close();
  expect(exit).toBe(3);
  expect(err).toMatch(new RegExp(`server_port_in_use[^]*${port}[^]*--port`));
});

test("start fails with 3 when there is no configuration, and lists the names it looked for", async () => {
  await using folder = await TestFolder.create();
  const { exit, err } = await runCommand(["start"], folder.path);
  expect(exit).toBe(3);
  expect(err).toMatch(/config_not_found[^]*backworks\.yaml[^]*blueprint\.yaml/);
});

test("start fails with 3 when a variable is missing, at its line and column", async () => {
  await using folder = await TestFolder.create({
    "backworks.yaml": "name: ${SHOP_NAME}\nendpoints: {}\n",
  });
  const { exit, err } = await runCommand(["start"], folder.path);
  expect(exit).toBe(3);
  expect(err).toMatch(/config_variable_missing .*backworks\.yaml:1:7[^]*SHOP_NAME/);
});

test("a wrong command line exits with 2 and points at the help", async () => {
  await using folder = await TestFolder.create();
  const { exit, err } = await runCommand(["start", "--prot", "80"], folder.path);
  expect(exit).toBe(2);
  expect(err).toMatch(/unknown option '--prot'[^]*--port[^]*--help/);
  expect((await runCommand(["start", "-p", "99999"], folder.path)).exit).toBe(2);
});

test.each([
  [["plugin", "call"], "missing required argument 'file'"],
  [["plugin", "nope"], "unknown command 'nope'"],
  [["start", "--prot", "80"], "unknown option '--prot'"],
])("%j is wrong in JSON, too", async (args, message) => {
  await using folder = await TestFolder.create();
  const { exit, out } = await runCommand([...args, "--json"], folder.path);
  expect(exit).toBe(2);
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    errors: [{ code: "usage", message: expect.stringContaining(message) }],
  });
});

test("help and version go to standard output with 0", async () => {
  await using folder = await TestFolder.create();
  const help = await runCommand(["plugin", "build", "--help"], folder.path);
  expect(help.exit).toBe(0);
  expect(help.out).toMatch(/Examples:[^]*plugin build/);
  expect(await runCommand(["--version"], folder.path)).toMatchObject({ exit: 0, out: /^1\./ });
});

test("validate is content with a good configuration", async () => {
  await using folder = await TestFolder.create(FILES);
  const { exit, out } = await runCommand(["validate"], folder.path);
  expect([exit, out]).toEqual([0, "✓ backworks.yaml  1 endpoint\n"]);
});

test("validate finds what a start would complain about, all at once", async () => {
  await using folder = await TestFolder.create({
    "backworks.yaml": `${YAML}  lost: { path: /lost, plugin: goood }\n`,
    "plugins/good.wasm": GOOD,
    "plugins/broken.wasm": "no",
  });
  const { exit, out } = await runCommand(["validate", "--json"], folder.path);
  expect(exit).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    errors: [
      { code: "plugin_not_wasm" },
      { code: "plugin_not_found", line: 5, message: expect.stringContaining('mean "good"') },
    ],
  });
});

test("plugin list shows what is enabled, disabled and refused, and runs nothing", async () => {
  await using folder = await TestFolder.create({
    ...FILES,
    "backworks.yaml": `${YAML}plugins: { off: { enabled: false } }\n`,
    "plugins/broken.wasm": "no",
  });
  const { exit, out } = await runCommand(["plugin", "list"], folder.path);
  expect(exit).toBe(1);
  expect(out).toMatch(
    /broken +refused[^]*good +1\.0\.0 +enabled +process_endpoint[^]*off +disabled/,
  );
  const json = await runCommand(["plugin", "list", "--json"], folder.path);
  expect(JSON.parse(json.out).plugins).toHaveLength(3);
});

test("plugin info shows a plugin by name and by file", async () => {
  await using folder = await TestFolder.create(FILES);
  const byName = await runCommand(["plugin", "info", "good"], folder.path);
  expect(byName.out).toMatch(
    /^good 1\.0\.0\nanswers fine\n[^]*sha256 +[0-9a-f]{64}[^]*extism:host\/env \(3\)/,
  );
  const file = join(folder.path, "plugins/good.wasm");
  const byFile = await runCommand(["plugin", "info", file, "--json"], folder.path);
  expect(JSON.parse(byFile.out)).toMatchObject({
    ok: true,
    manifest: { name: "good" },
    imports: ["extism:host/env.alloc", "extism:host/env.store_u8", "extism:host/env.output_set"],
  });
  const typo = await runCommand(["plugin", "info", "god"], folder.path);
  expect([typo.exit, typo.err]).toEqual([1, expect.stringContaining('did you mean "good"?')]);
});

test("plugin info shows what holds under the configuration, and who has said so", async () => {
  const capabilities = { kv: {}, clock: {} };
  const limits = { fuel: "3 ms", memory: "1MiB" };
  const good = answering("process_endpoint", "!200\n\nfine");
  await using folder = await TestFolder.create({
    "plugins/good.wasm": withManifest(
      good,
      manifestOf("good", "process_endpoint", { capabilities, limits }),
    ),
    "backworks.yaml": `
isolation: process
endpoints: { slow: { path: /slow, plugin: good } }
plugins:
  good:
    critical: true
    grants: { kv: true }
    limits: { memory_pages: 4, hooks: { process_endpoint: { wall_ms: 70 } }, routes: { slow: { fuel: 9 } } }
`,
  });
  const { out } = await runCommand(["plugin", "info", "good"], folder.path);
  for (const line of [
    /on failure +the request fails with 503 \(critical\)\nisolation +process\n/,
    /each call +fuel +[\d,]+ units, 3 ms here +plugin\.yaml: limits\.fuel\n/,
    /wall_ms +70 ms by the clock +backworks\.yaml: plugins\.good\.limits\.hooks\.process_endpoint\.wall_ms/,
    /route slow +fuel +9 units, under 0\.01 ms here +backworks\.yaml: plugins\.good\.limits\.routes\.slow\.fuel/,
    /memory +256 KiB +backworks\.yaml/,
    /write in backworks\.yaml:\n +plugins:\n +good:\n +grants:\n +clock: true\n {2}is given/,
    /limits and grants as .+backworks\.yaml says\n$/,
  ]) {
    expect(out).toMatch(line);
  }
  const args = ["plugin", "info", "plugins/good.wasm", "-c", "backworks.yaml", "--json"];
  const byFile = await runCommand(args, folder.path);
  expect(JSON.parse(byFile.out)).toMatchObject({
    critical: true,
    isolation: "process",
    grants: { clock: true },
    limits: {
      memoryPages: 4,
      hooks: { process_endpoint: { wallMs: 70 } },
      each: expect.arrayContaining([
        {
          of: "the plugin",
          limit: "memory_pages",
          value: 4,
          from: "backworks.yaml",
          key: "limits.memory",
        },
      ]),
    },
  });
  const alone = await runCommand(["plugin", "info", "plugins/good.wasm"], folder.path);
  expect(alone.out).toMatch(/memory +1\.0 MiB +plugin\.yaml: limits\.memory\n/);
});

test("plugin validate exits with 1 when any file would be refused", async () => {
  await using folder = await TestFolder.create({ ...FILES, "bad.wasm": "no" });
  const good = await runCommand(["plugin", "validate", "plugins/good.wasm"], folder.path);
  expect([good.exit, good.out]).toEqual([0, expect.stringMatching(/^✓ plugins\/good\.wasm /)]);
  const both = await runCommand(
    ["plugin", "validate", "plugins/good.wasm", "bad.wasm", "--json"],
    folder.path,
  );
  expect(both.exit).toBe(1);
  expect(JSON.parse(both.out)).toMatchObject({
    ok: false,
    plugins: [{ ok: true }, { ok: false, errors: [{ code: "plugin_not_wasm" }] }],
  });
});

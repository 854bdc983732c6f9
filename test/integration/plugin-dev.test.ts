import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";
import { runCommand, startCommand, type RunningCommand } from "../support/terminal.ts";

const MANIFEST = `name: counter
version: 1.0.0
hooks:
  process_endpoint: {}
capabilities: { kv: {} }
`;

function sourceOf(word: string): string {
  return `import { config, kv, Reply } from "@backworks/pdk";
export function processEndpoint(): Reply {
  return Reply.text(200, \`${word} \${kv.increment("calls")} \${config.get("tail") ?? ""}\`);
}
`;
}

const FILES = { "counter/plugin.yaml": MANIFEST, "counter/src/plugin.ts": sourceOf("one") };

/** Every start of the application prints its summary. */
async function urlOf(command: RunningCommand, start: number): Promise<string> {
  const seen = `(?:"url":"[^]*?){${start - 1}}"url":"([^"]+)"`;
  const [, url = ""] = await command.out.until(new RegExp(seen));
  return url;
}

const textOf = async (url: string): Promise<string> => (await fetch(url)).text();

function startDev(folder: TestFolder, ...more: string[]): RunningCommand {
  const args = ["plugin", "dev", "counter", "-p", "0", "--json", ...more];
  return startCommand(args, { directory: folder.path });
}

test("a saved source is served, what the plugin keeps stays, and a mistake changes nothing", async () => {
  await using folder = await TestFolder.create(FILES);
  const dev = startDev(folder);
  const first = await urlOf(dev, 1);
  expect(await textOf(`${first}/any/path`)).toBe("one 1 ");

  await folder.write({ "counter/src/plugin.ts": "export function processEndpoint( {" });
  await dev.out.until(/"code":"build_source_invalid"/);
  expect(await textOf(first)).toBe("one 2 ");

  await folder.write({ "counter/src/plugin.ts": sourceOf("two") });
  expect(await textOf(await urlOf(dev, 2))).toBe("two 3 ");
  dev.stop();
  expect((await dev.ended).exit).toBe(0);
});

test("a plugin that does not build yet is waited for", async () => {
  await using folder = await TestFolder.create({ ...FILES, "counter/src/plugin.ts": "oops(" });
  const dev = startDev(folder);
  await dev.out.until(/"code":"build_source_invalid"/);
  await folder.write({ "counter/src/plugin.ts": sourceOf("good") });
  expect(await textOf(await urlOf(dev, 1))).toBe("good 1 ");
  dev.stop();
  expect((await dev.ended).exit).toBe(0);
});

test("it can be stopped before anything was built", async () => {
  await using folder = await TestFolder.create({ ...FILES, "counter/src/plugin.ts": "oops(" });
  const dev = startDev(folder);
  await dev.out.until(/"code":"build_source_invalid"/);
  dev.stop();
  expect((await dev.ended).exit).toBe(0);
});

test("an application of the author's own gets the plugin where it looks for it", async () => {
  const application = `
plugin_discovery: { directories: [./plugins] }
plugins: { counter: { config: { tail: mine }, grants: { kv: {} } } }
endpoints: { count: { path: /count, plugin: counter } }
`;
  await using folder = await TestFolder.create({
    ...FILES,
    "app/backworks.yaml": application,
    "app/plugins/.keep": "",
  });
  const dev = startDev(folder, "-a", "app/backworks.yaml");
  const url = await urlOf(dev, 1);
  expect(await textOf(`${url}/count`)).toBe("one 1 mine");
  expect((await fetch(`${url}/other`)).status).toBe(404);
  dev.stop();
  expect((await dev.ended).exit).toBe(0);
});

test("the plugin's configuration comes from a file", async () => {
  await using folder = await TestFolder.create({ ...FILES, "own.yaml": "tail: configured" });
  const dev = startDev(folder, "-c", "own.yaml");
  expect(await textOf(await urlOf(dev, 1))).toBe("one 1 configured");
  dev.stop();
  expect((await dev.ended).exit).toBe(0);
});

test("an application and a configuration of the plugin exclude each other", async () => {
  await using folder = await TestFolder.create(FILES);
  const args = ["plugin", "dev", "counter", "-a", "a.yaml", "-c", "b.yaml"];
  const { exit, err } = await runCommand(args, folder.path);
  expect(exit).toBe(2);
  expect(err).toContain("--config is for a plugin without --application");
});

test("an application without a place for the plugin says so", async () => {
  const application =
    "plugin_discovery: { enabled: false }\nendpoints: { hi: { path: /hi, response: { body: hi } } }\n";
  await using folder = await TestFolder.create({ ...FILES, "backworks.yaml": application });
  const dev = startDev(folder, "-a", "backworks.yaml");
  await dev.out.until(/has no place for the plugin: give it plugin_discovery\.directories/);
  dev.stop();
  expect((await dev.ended).exit).toBe(0);
});

test("a port in use ends it, as it ends start", async () => {
  await using folder = await TestFolder.create(FILES);
  await using taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const args = ["plugin", "dev", "counter", "-p", String(port), "--json"];
  const watchers = countWatchers();
  const { exit, out } = await runCommand(args, folder.path);
  expect(exit).toBe(3);
  expect(out).toContain('"code":"server_port_in_use"');
  // A watch that stays open would keep the process.
  await expect.poll(countWatchers).toBe(watchers);
});

function countWatchers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "FSEventWrap").length;
}

test.each([
  ["nix", {}, /nix does not exist/],
  ["empty", { "empty/src/plugin.ts": "" }, /empty has no plugin\.yaml in it/],
  ["notes.txt", { "notes.txt": "" }, /notes\.txt is neither a folder nor a TypeScript file/],
])("%s is no plugin to begin with", async (source, files, message) => {
  await using folder = await TestFolder.create(files);
  const { exit, err } = await runCommand(["plugin", "dev", source], folder.path);
  expect(exit).toBe(1);
  expect(err).toContain("error build_source_missing");
  expect(err).toMatch(message);
});

test("a source file can be named instead of its folder", async () => {
  await using folder = await TestFolder.create(FILES);
  const args = ["plugin", "dev", "counter/src/plugin.ts", "-p", "0", "--json"];
  const dev = startCommand(args, { directory: folder.path });
  expect(await textOf(await urlOf(dev, 1))).toBe("one 1 ");
  await folder.write({ "counter/src/plugin.ts": sourceOf("two") });
  expect(await textOf(await urlOf(dev, 2))).toBe("two 2 ");
  dev.stop();
  expect((await dev.ended).exit).toBe(0);
});

test("the application that is made listens to this machine alone", async () => {
  await using folder = await TestFolder.create(FILES);
  const dev = startDev(folder);
  expect(await urlOf(dev, 1)).toMatch(/^http:\/\/127\.0\.0\.1:/);
  dev.stop();
  await dev.ended;
  const file = join(folder.path, "counter/.backworks/dev/backworks.yaml");
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ server: { host: "127.0.0.1" } });
});

test("a secret that the environment lacks is named, once", async () => {
  const manifest = MANIFEST.replace("kv: {}", "kv: {}, secrets: [api_key, given, BLANK]");
  await using folder = await TestFolder.create({ ...FILES, "counter/plugin.yaml": manifest });
  const dev = startCommand(["plugin", "dev", "counter", "-p", "0"], {
    directory: folder.path,
    env: { GIVEN: "here", BLANK: "" },
  });
  await dev.err.until(/built in/);
  await folder.write({ "counter/src/plugin.ts": sourceOf("two") });
  await dev.err.until(/built in[^]*built in/);
  dev.stop();
  const { exit, err } = await dev.ended;
  expect(exit).toBe(0);
  expect(err.match(/secret .*/g)).toEqual([
    "secret api_key is empty: set API_KEY",
    "secret BLANK is empty: set BLANK",
  ]);
});

test("a save that changes no byte of the plugin restarts nothing, and cases are no sources", async () => {
  await using folder = await TestFolder.create(FILES);
  const dev = startCommand(["plugin", "dev", "counter", "-p", "0"], { directory: folder.path });
  await dev.err.until(/http:/);
  const home = join(folder.path, "counter/.backworks/dev");
  const timesOf = async (): Promise<number[]> =>
    Promise.all(
      ["backworks.yaml", "plugins/counter.wasm"].map(
        async (file) => (await stat(join(home, file))).mtimeMs,
      ),
    );
  const before = await timesOf();
  await folder.write({ "counter/cases.yaml": "cases: []\n" });
  await folder.write({ "counter/src/plugin.ts": `${sourceOf("one")}// The same once built.\n` });
  await dev.err.until(/built in[^]*plugin\.ts saved[^]*built in/);
  expect(await timesOf()).toEqual(before);
  // Another byte restarts it: nothing was pending.
  await folder.write({ "counter/src/plugin.ts": sourceOf("two") });
  await dev.err.until(/counter\.wasm changed/);
  dev.stop();
  const { err } = await dev.ended;
  expect(err.match(/ changed$/gm)).toHaveLength(1);
  expect(err).not.toContain("cases.yaml saved");
});

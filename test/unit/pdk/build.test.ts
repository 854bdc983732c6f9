import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { buildPlugin } from "@backworks/pdk/build";
import { readSections, SECTION, sectionBody } from "../../../pdk-ts/src/build/wasm/sections.ts";
import { buildFiles, buildSource, headOf, manifestOf, runPlugin } from "../../support/plugins.ts";
import { TestFolder, type Files } from "../../support/folder.ts";

const FILES: Files = {
  "plugin.yaml": [
    "version: 1.2.3",
    "$schema: ./editor-only.json",
    "config_schema: { type: object }",
    "hooks:",
    "  after_response:",
    "  before_request:",
    "    reads: { headers: [Accept], body: { mode: text, bytes_max: 10 } }",
    "entry: source/main.ts",
    "name: many-files",
  ].join("\n"),
  "source/main.ts": `
    import { Reply, type Request } from "@backworks/pdk";
    import { greet } from "./greet.ts";
    import data from "./data.json" with { type: "json" };
    export function beforeRequest(request: Request): Reply {
      return Reply.text(200, greet(data.name + String(request.header("accept"))));
    }
    export function afterResponse(): void {}`,
  "source/greet.ts": "export const greet = (name: string): string => `Hello, ${name}`;\n",
  "source/data.json": '{ "name": "World" }',
};

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function answering(text: string): string {
  return `import { Reply } from "@backworks/pdk"; export const beforeRequest = () => Reply.text(200, "${text}");`;
}

test("a plugin of several files is built into one module that answers", async () => {
  const built = await buildFiles(FILES);
  expect(built.hooks).toEqual(["after_response", "before_request"]);
  expect(built.files).toEqual(
    expect.arrayContaining(["source/main.ts", "source/greet.ts", "source/data.json"]),
  );
  expect(built.warnings).toEqual([]);
  expect(built.sizes.moduleBytes).toBe(built.bytes.length);
  const plugin = await runPlugin(built);
  const output = await plugin.call("before_request", headOf("GET /", ["accept: !"]));
  expect(output.endsWith("\n\nHello, World!")).toBe(true);
});

test("the manifest stands in its section: as written, with the ABI, without editor's keys", async () => {
  const built = await buildFiles(FILES);
  const module = await WebAssembly.compile(Uint8Array.from(built.bytes));
  const [section] = WebAssembly.Module.customSections(module, "backworks:manifest");
  expect(new TextDecoder().decode(section)).toBe(
    JSON.stringify({
      abi: 1,
      name: "many-files",
      version: "1.2.3",
      hooks: {
        after_response: null,
        before_request: { reads: { headers: ["Accept"], body: { mode: "text", bytes_max: 10 } } },
      },
      config_schema: { type: "object" },
    }),
  );
  expect(Buffer.from(built.bytes.subarray(0, 64)).includes("backworks:manifest")).toBe(true);
});

test("a module exports its memory and its hooks, and imports the kernel, clock and random", async () => {
  const { bytes } = await buildFiles(FILES);
  const module = await WebAssembly.compile(Uint8Array.from(bytes));
  const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
  expect(exported.toSorted()).toEqual(["after_response", "before_request", "memory"]);
  const imports = WebAssembly.Module.imports(module);
  expect([...new Set(imports.map((entry) => entry.module))].toSorted()).toEqual([
    "extism:host/env",
    "wasi_snapshot_preview1",
  ]);
  const wasi = imports.filter((entry) => entry.module === "wasi_snapshot_preview1");
  expect(new Set(wasi.map(({ name }) => name))).toEqual(new Set(["clock_time_get", "random_get"]));
});

test("the same source gives the same bytes, in whatever folder it lies", async () => {
  await using one = await TestFolder.create(FILES);
  await using two = await TestFolder.create(
    Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`much/deeper/${name}`, text])),
  );
  const first = await buildPlugin({ source: one.path });
  const again = await buildPlugin({ source: one.path });
  const elsewhere = await buildPlugin({ source: `${two.path}/much/deeper` });
  expect(sha256(again.bytes)).toBe(sha256(first.bytes));
  expect(sha256(elsewhere.bytes)).toBe(sha256(first.bytes));
  expect(Buffer.from(first.bytes).includes(one.path)).toBe(false);
});

test("all plugins carry the same code, to the byte", async () => {
  const one = await buildFiles(FILES);
  const two = await buildSource("export function healthCheck() {}", { health_check: {} });
  for (const id of [1, 2, 3, 4, 9, SECTION.code]) {
    const [a, b] = [one, two].map(({ bytes }) => sha256(sectionBody(readSections(bytes), id)));
    expect(a).toBe(b);
  }
  expect(sha256(one.bytes)).not.toBe(sha256(two.bytes));
});

test("a plugin is named by its folder, by its entry, or by another file beside plugin.yaml", async () => {
  await using folder = await TestFolder.create({
    "plugin.yaml": manifestOf({ before_request: {} }),
    "plugin.ts": answering("by default"),
    "other.ts": answering("by name"),
    "lib/deep.ts": answering("one folder down"),
  });
  const answer = async (path: string): Promise<string> => {
    const plugin = await runPlugin(await buildPlugin({ source: `${folder.path}${path}` }));
    const output = await plugin.call("before_request", headOf("GET /"));
    return output.slice(output.indexOf("\n\n") + 2);
  };
  expect(await answer("")).toBe("by default");
  expect(await answer("/other.ts")).toBe("by name");
  expect(await answer("/lib/deep.ts")).toBe("one folder down");
});

test("the module is written where it is asked for", async () => {
  await using folder = await TestFolder.create(FILES);
  const out = `${folder.path}/made/for/it/plugin.wasm`;
  const built = await buildPlugin({ source: folder.path, out });
  expect(sha256(await readFile(out))).toBe(sha256(built.bytes));
});

test.each([
  ["const a = Date.now();", "reads the clock"],
  ["const a = new Date();", "reads the clock"],
  ["const a = Math.random();", "draws random numbers"],
])("%s at the top level is warned of, since it is frozen", async (statement, warning) => {
  const source = `${statement}\nexport function beforeRequest(): void { void a; }`;
  const built = await buildSource(source, { before_request: {} });
  expect(built.warnings).toEqual([
    { message: expect.stringContaining(warning), position: undefined },
  ]);
});

test("what top-level code logs is shown by the build", async () => {
  const source = `console.log("at", "build"); export function beforeRequest(): void {}`;
  expect((await buildSource(source, { before_request: {} })).logs).toEqual(["at build"]);
});

test("esbuild's warnings keep their place", async () => {
  const source = "export function beforeRequest(): void {\n  void (Number('1') === NaN);\n}";
  const { warnings } = await buildSource(source, { before_request: {} });
  expect(warnings[0]?.position).toMatchObject({ file: "src/plugin.ts", line: 2 });
});

test("npm packages without Node built-ins simply bundle, those called like one too", async () => {
  const built = await buildFiles({
    "plugin.yaml": manifestOf({ before_request: {} }),
    "src/plugin.ts": `
      import { Reply } from "@backworks/pdk";
      import { twice } from "twice";
      import events from "events";
      export const beforeRequest = () => Reply.json(200, [twice(21), events, process.env.NODE_ENV]);`,
    "node_modules/twice/package.json": '{ "name": "twice", "main": "main.cjs" }',
    "node_modules/twice/main.cjs": "exports.twice = (n) => 2 * n;",
    "node_modules/events/package.json": '{ "name": "events", "main": "main.cjs" }',
    "node_modules/events/main.cjs": "module.exports = 'the npm package';",
  });
  const plugin = await runPlugin(built);
  const output = await plugin.call("before_request", headOf("GET /"));
  expect(output).toContain('[42,"the npm package","production"]');
});

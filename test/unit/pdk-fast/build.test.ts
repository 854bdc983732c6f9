import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { buildPlugin } from "@backworks/pdk/build";
import { adaptLibrary } from "../../../pdk-ts/src/build/fast/library.ts";
import { toPortable } from "../../../pdk-ts/src/build/fast/portable-source.ts";
import { TestFolder } from "../../support/folder.ts";
import { buildFiles, headOf, manifestOf, runPlugin } from "../../support/plugins.ts";

const HOOKS = { before_request: { reads: { headers: ["*"] } } };

const SOURCE = `
import { Reply, Request } from "@backworks/pdk";
export function beforeRequest(request: Request): Reply | null {
  const agent = request.header("user-agent");
  if (request.path.startsWith("/admin")) return Reply.text(403, "forbidden");
  request.setHeader("x-seen", agent === null ? "no" : \`yes:\${agent.length}\`);
  return null;
}`;

const FILES = { "plugin.yaml": manifestOf(HOOKS, { target: "fast" }), "src/plugin.ts": SOURCE };

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test("a module is small, has its manifest first, and imports the kernel alone", async () => {
  const { bytes, target, manifest, files } = await buildFiles(FILES);
  expect(target).toBe("fast");
  expect(manifest).not.toHaveProperty("target");
  expect(files).toEqual(["src/plugin.ts"]);
  expect(bytes.length).toBeLessThan(40_000);
  expect(Buffer.from(bytes.subarray(0, 64)).includes("backworks:manifest")).toBe(true);
  const module = new WebAssembly.Module(Uint8Array.from(bytes));
  const imports = WebAssembly.Module.imports(module);
  expect(new Set(imports.map((entry) => entry.module))).toEqual(new Set(["extism:host/env"]));
  const exports = WebAssembly.Module.exports(module).map(({ name }) => name);
  expect(exports.toSorted()).toEqual(["_initialize", "before_request", "memory"]);
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

test("the option counts before plugin.yaml, and full is what is built without either", async () => {
  await using folder = await TestFolder.create(FILES);
  await using plain = await TestFolder.create({
    ...FILES,
    "plugin.yaml": manifestOf(HOOKS),
  });
  expect((await buildPlugin({ source: folder.path, target: "full" })).target).toBe("full");
  expect((await buildPlugin({ source: plain.path, target: "fast" })).target).toBe("fast");
  expect((await buildPlugin({ source: plain.path })).target).toBe("full");
});

test("an entry may be re-exported, or leave parameters out", async () => {
  const built = await buildFiles({
    "plugin.yaml": manifestOf({ before_request: {}, after_response: {} }, { target: "fast" }),
    "src/plugin.ts": 'export { beforeRequest, afterResponse } from "./hooks";\n',
    "src/hooks/index.ts": `
      import { Reply, type Request } from "@backworks/pdk";
      export function beforeRequest(): Reply { return Reply.empty(204); }
      export function afterResponse(request: Request): void { request.provide("a", 1.5); }`,
  });
  const plugin = await runPlugin(built);
  expect(await plugin.call("before_request", headOf("GET /"))).toBe("!204\n");
  expect(await plugin.call("after_response", headOf("GET /", [], ["!200"]))).toBe("=a: 1.5\n");
});

test("a library that is not the one which was adapted is refused", () => {
  expect(() => adaptLibrary({ "util/number": "export {};" }, "")).toThrow(
    "~lib/util/number of this AssemblyScript is not the one that was adapted",
  );
});

test.each([
  ['import type { A } from "./a.ts";', 'import      { A } from "./a"   ;'],
  ["import { type A, B } from './a';", "import {      A, B } from './a';"],
  ['export type { A } from "./a.ts";', 'export      { A } from "./a"   ;'],
  ['import * as a from "../a/b.ts";', 'import * as a from "../a/b"   ;'],
  [
    "import {\n  type A,\n  type B,\n} from './a';",
    "import {\n       A,\n       B,\n} from './a';",
  ],
  ['export type A = string; const b = "./a.ts";', 'export type A = string; const b = "./a.ts";'],
  ["import { type } from './a';", "import { type } from './a';"],
])("%s is made portable without moving anything", (source, portable) => {
  expect(toPortable(source)).toBe(portable);
});

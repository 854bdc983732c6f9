import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { TestFolder } from "../../support/folder.ts";

const FILES = {
  "plugin.yaml": "name: cached\nversion: 1.0.0\nhooks:\n  before_request: {}\n",
  "plugin.ts": `import { word } from "./word.ts";\nexport function beforeRequest(): void { word(); }\n`,
  "word.ts": "export const word = (): string => `one`;\n",
};

/** As another process of the same test run would: nothing is in memory. */
async function build(folder: TestFolder): Promise<string> {
  vi.resetModules();
  const { buildCached } = await import("../../../pdk-ts/src/testing/build-cache.ts");
  const bytes = await buildCached(folder.path, undefined);
  return Buffer.from(bytes).toString("latin1");
}

const cacheOf = (folder: TestFolder): string => join(folder.path, "node_modules/.cache/backworks");

test("a build is kept below node_modules, until one of its files changes", async () => {
  await using folder = await TestFolder.create({ ...FILES, "node_modules/.keep": "" });
  const first = await build(folder);
  expect((await readdir(cacheOf(folder))).toSorted()).toEqual(["default.json", "default.wasm"]);
  // What is kept is taken: with a module of another hash it is not.
  expect(await build(folder)).toBe(first);
  await folder.write({ "word.ts": "export const word = (): string => `two`;\n" });
  const second = await build(folder);
  expect(second).not.toBe(first);
  await folder.write({ "word.ts": FILES["word.ts"] });
  expect(await build(folder)).toBe(first);
});

test.each([
  ["default.wasm", "damaged"],
  ["default.json", "{"],
])("a %s that is damaged is built again", async (name, content) => {
  await using folder = await TestFolder.create({ ...FILES, "node_modules/.keep": "" });
  const first = await build(folder);
  await writeFile(join(cacheOf(folder), name), content);
  expect(await build(folder)).toBe(first);
});

test("a folder without node_modules is left as it is", async () => {
  await using folder = await TestFolder.create(FILES);
  await build(folder);
  expect((await readdir(folder.path)).toSorted()).toEqual(Object.keys(FILES).toSorted());
});

test("two tests that open a folder at once build it once", async () => {
  await using folder = await TestFolder.create(FILES);
  const { buildCached } = await import("../../../pdk-ts/src/testing/build-cache.ts");
  const [first, second] = await Promise.all([
    buildCached(folder.path, undefined),
    buildCached(folder.path, undefined),
  ]);
  expect(second).toBe(first);
  await rm(join(folder.path, "plugin.ts"));
  await expect(buildCached(folder.path, undefined)).rejects.toMatchObject({
    code: "source_missing",
  });
});

import { existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../../host/src/lib/make-folder.ts";
import { TestFolder } from "../../support/folder.ts";

test("a folder is made with those above it, and may be there already", async () => {
  await using folder = await TestFolder.create();
  const deep = join(folder.path, "a/b/c");
  makeFolder(deep, 0o700);
  makeFolder(deep, 0o700);
  expect(statSync(join(folder.path, "a")).mode & 0o777).toBe(0o700);
  expect(statSync(deep).isDirectory()).toBe(true);
});

test("a file or a link to nowhere in its place, or above it, is an error", async () => {
  await using folder = await TestFolder.create();
  const file = join(folder.path, "file");
  const link = join(folder.path, "link");
  writeFileSync(file, "");
  symlinkSync(join(folder.path, "nowhere"), link);
  expect(() => makeFolder(file, 0o700)).toThrow("EEXIST");
  expect(() => makeFolder(join(file, "below"), 0o700)).toThrow("ENOTDIR");
  expect(() => makeFolder(link, 0o700)).toThrow("ENOENT");
  expect(() => makeFolder(join(link, "below"), 0o700)).toThrow("ENOENT");
});

test.skipIf(!existsSync("/proc/self"))("a file system that takes no folders is an error", () => {
  expect(() => makeFolder("/proc/backworks/below", 0o700)).toThrow(/ENOENT|EACCES|EPERM/);
});

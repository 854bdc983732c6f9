import { execFileSync } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfigFile } from "../../../host/src/config/file.ts";
import { findConfig } from "../../../host/src/config/find.ts";
import { TestFolder } from "../../support/folder.ts";

test("a byte order mark is no part of the text", async () => {
  await using folder = await TestFolder.create({ "a.yaml": "\uFEFFname: é" });
  expect(await readConfigFile(join(folder.path, "a.yaml"))).toBe("name: é");
});

const NOT_UTF8: readonly [what: string, bytes: number[], line: number, hint: string][] = [
  ["Latin-1 in the second line", [0x61, 0x0a, 0xe9, 0x0a, 0x62], 2, "encoding"],
  ["a sequence cut off at the end", [0x61, 0x0a, 0x0a, 0xc3], 3, "encoding"],
  ["UTF-16", [0xff, 0xfe, 0x61, 0x00], 1, "encoding (it looks like UTF-16)"],
];

test.each(NOT_UTF8)("%s is refused with its line", async (_, bytes, line, hint) => {
  await using folder = await TestFolder.create({ "a.yaml": new Uint8Array(bytes) });
  const file = join(folder.path, "a.yaml");
  await expect(readConfigFile(file)).rejects.toMatchObject({
    code: "config_syntax",
    message: `${file} is not UTF-8: save it in that ${hint}`,
    position: { file, line, column: 1 },
  });
});

test("what is no regular file is refused, even one that would block its reader", async () => {
  await using folder = await TestFolder.create();
  await mkdir(join(folder.path, "folder"));
  execFileSync("mkfifo", [join(folder.path, "pipe")]);
  await expect(readConfigFile(join(folder.path, "folder"))).rejects.toMatchObject({
    code: "config_unreadable",
    message: expect.stringContaining("is a directory: expected a YAML file"),
  });
  await expect(readConfigFile(join(folder.path, "pipe"))).rejects.toMatchObject({
    code: "config_unreadable",
    message: expect.stringContaining("is no regular file"),
  });
});

test("a missing file and a link in a circle have their own errors", async () => {
  await using folder = await TestFolder.create();
  await symlink("loop", join(folder.path, "loop"));
  await expect(readConfigFile(join(folder.path, "none.yaml"))).rejects.toMatchObject({
    code: "config_not_found",
  });
  await expect(readConfigFile(join(folder.path, "loop"))).rejects.toMatchObject({
    code: "config_unreadable",
    message: expect.stringContaining("cannot be read (ELOOP)"),
  });
});

test("the configuration of a folder is the first of four names", async () => {
  await using folder = await TestFolder.create({
    "blueprint.yaml": "",
    "blueprints/main.yaml": "",
  });
  expect(await findConfig(folder.path)).toBe(join(folder.path, "blueprints/main.yaml"));
  await folder.write({ "main.yaml": "" });
  expect(await findConfig(folder.path)).toBe(join(folder.path, "main.yaml"));
  await mkdir(join(folder.path, "backworks.yaml"));
  expect(await findConfig(folder.path)).toBe(join(folder.path, "main.yaml"));
});

test("a folder without a configuration says what was looked for", async () => {
  await using folder = await TestFolder.create();
  await expect(findConfig(folder.path)).rejects.toMatchObject({
    code: "config_not_found",
    message: `no configuration in ${folder.path}: tried backworks.yaml, main.yaml, blueprints/main.yaml, blueprint.yaml`,
  });
});

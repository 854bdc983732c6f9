import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readModuleFile } from "../../../host/src/plugins/check.ts";
import { fileError } from "../../../host/src/plugins/file-error.ts";
import { readManifestOfFile } from "../../../host/src/plugins/manifest-file.ts";
import { TestFolder } from "../../support/folder.ts";

test("a link to what is not there is told from a file that is not there", async () => {
  await using folder = await TestFolder.create();
  const link = join(folder.path, "link.wasm");
  await symlink("../lib/gone.wasm", link);
  await expect(readModuleFile(link)).rejects.toMatchObject({
    code: "plugin_file_missing",
    message: `there is no file ${link}: it is a link to ../lib/gone.wasm, which is not there`,
  });
  const nowhere = join(folder.path, "nowhere.wasm");
  await expect(readModuleFile(nowhere)).rejects.toThrow(/nowhere\.wasm$/);
});

test("a directory in the place of a file, and an empty file, are called what they are", async () => {
  await using folder = await TestFolder.create({ "a.wasm/b": "", "empty.wasm": "" });
  await expect(readModuleFile(join(folder.path, "a.wasm"))).rejects.toMatchObject({
    code: "plugin_unreadable",
    message: "it is a directory: expected a file",
  });
  await expect(readManifestOfFile(join(folder.path, "empty.wasm"))).rejects.toMatchObject({
    code: "plugin_not_wasm",
    message: "not a WebAssembly module: it is empty",
  });
});

test.each([
  ["EACCES", "it may not be read"],
  ["EPERM", "it may not be read"],
  ["ENOTDIR", "it is no directory, or below a file"],
  ["EIO", "cannot read it: the system's words"],
])("%s is told in our words, where we have some", (code, message) => {
  const cause = Object.assign(new Error("the system's words"), { code });
  expect(fileError("/plugins/a.wasm", cause)).toMatchObject({ code: "plugin_unreadable", message });
});

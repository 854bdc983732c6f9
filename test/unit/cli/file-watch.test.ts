import { watch } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { FileWatch } from "../../../host/src/cli/file-watch.ts";
import { loadConfig } from "../../../host/src/config/load.ts";
import { TestFolder } from "../../support/folder.ts";

vi.mock("node:fs", { spy: true });

test("a folder whose watcher fails has changed, and nothing ends", async () => {
  await using folder = await TestFolder.create({
    "backworks.yaml": "name: watched\nendpoints: { a: { path: /a, response: { body: a } } }\n",
  });
  using files = new FileWatch(await loadConfig(join(folder.path, "backworks.yaml"), {}));
  const [watcher] = vi.mocked(watch).mock.results;
  watcher?.value.emit("error", new Error("the folder is gone"));
  await expect(files.next()).resolves.toBe(`${folder.path} changed`);
});

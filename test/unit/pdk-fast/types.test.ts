import { execFile } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { TestFolder } from "../../support/folder.ts";
import { HOOK_CASES } from "./portable-hooks.ts";
import { HOST_CASES, sourceOf } from "./portable-host.ts";
import { ADMIN, PORTABLE } from "./portable.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

/** As an author's, but that the package is read from its source. */
const TSCONFIG = JSON.stringify({
  extends: "@backworks/pdk/tsconfig.json",
  compilerOptions: { customConditions: ["backworks-source"] },
  include: ["src"],
});

test("what builds for both targets has no type errors in an author's editor", async () => {
  const sources = [
    ...PORTABLE.map(({ source }) => source),
    ...HOST_CASES.map(sourceOf),
    ...HOOK_CASES.map(({ source }) => source),
  ];
  await using folder = await TestFolder.create({
    "tsconfig.json": TSCONFIG,
    "src/admin.ts": ADMIN,
    "node_modules/@backworks/README.md": "",
    ...Object.fromEntries(sources.map((source, index) => [`src/plugin-${index}.ts`, source])),
  });
  await symlink(join(ROOT, "pdk-ts"), join(folder.path, "node_modules/@backworks/pdk"));
  const run = promisify(execFile)(process.execPath, [TSC, "-p", folder.path]);
  const said = await run.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  expect(said).toBe("");
});

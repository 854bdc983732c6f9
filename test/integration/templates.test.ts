import { execFile } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { TEMPLATES } from "../../pdk-ts/src/scaffold/catalog.ts";
import { HAS_CLANG, HAS_RUST } from "../support/compilers.ts";
import { TestFolder } from "../support/folder.ts";
import { parse } from "../support/plugin-command.ts";
import { runCommand } from "../support/terminal.ts";

const execute = promisify(execFile);
const ROOT = new URL("../..", import.meta.url).pathname;

const PLANS = Object.keys(TEMPLATES).flatMap((template) =>
  ["full", "fast"].map((target) => ({ template, target })),
);

test.each(PLANS)("template $template builds for $target and passes its own tests", async (plan) => {
  await using folder = await TestFolder.create();
  const { template, target } = plan;
  const args = ["plugin", "new", "mine", "--template", template, "--target", target];
  expect((await runCommand(args, folder.path)).exit).toBe(0);
  const tested = await runCommand(["plugin", "test", "mine", "--json"], folder.path);
  expect(parse(tested)).toMatchObject({ ok: true, target });
});

test("the sources of all templates have the right types", async () => {
  await using folder = await TestFolder.create({
    "tsconfig.json": JSON.stringify({
      extends: "@backworks/pdk/tsconfig.json",
      compilerOptions: { customConditions: ["backworks-source"] },
      include: ["*/src"],
    }),
  });
  for (const { template, target } of PLANS) {
    const name = `${template}-${target}`;
    const args = ["plugin", "new", name, "--template", template, "--target", target];
    await runCommand(args, folder.path);
  }
  await mkdir(join(folder.path, "node_modules/@backworks"), { recursive: true });
  await symlink(join(ROOT, "pdk-ts"), join(folder.path, "node_modules/@backworks/pdk"));
  const compiler = join(ROOT, "node_modules/.bin/tsc");
  const { stdout } = await execute(compiler, ["--noEmit", "-p", "."], { cwd: folder.path }).catch(
    ({ stdout: found }: { stdout: string }) => ({ stdout: found }),
  );
  expect(stdout).toBe("");
});

const SKELETONS = [
  { language: "c", hasCompiler: HAS_CLANG, packages: "clang lld" },
  { language: "rust", hasCompiler: HAS_RUST, packages: "rustc libstd-rust-dev-wasm32" },
];

for (const { language, hasCompiler, packages } of SKELETONS) {
  test.skipIf(!hasCompiler)(`the skeleton in ${language} passes (needs ${packages})`, async () => {
    await using folder = await TestFolder.create();
    const args = ["plugin", "new", "mine", "--language", language];
    expect((await runCommand(args, folder.path)).exit).toBe(0);
    const home = join(folder.path, "mine");
    const path = `/usr/bin:${process.env["PATH"] ?? ""}`;
    await execute("make", ["-s"], { cwd: home, env: { ...process.env, PATH: path } });
    const cases = ["--cases", "mine/cases.yaml", "--json"];
    const command = ["plugin", "test", "mine/dist/mine.wasm", ...cases];
    expect(parse(await runCommand(command, folder.path))).toMatchObject({ ok: true });
  });
}

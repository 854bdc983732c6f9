import { readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { TestFolder, type Files } from "../support/folder.ts";
import { parse, run } from "../support/plugin-command.ts";
import { buildFiles } from "../support/plugins.ts";
import { runCommand } from "../support/terminal.ts";

const CASES = "- { name: it answers, request: { path: /x }, response: { body: hi } }\n";

/** A module is a module, whoever has made it. */
let module: Uint8Array;

beforeAll(async () => {
  const { bytes } = await buildFiles({
    "plugin.yaml": "{ name: stamp, version: 1.0.0, hooks: { process_endpoint: {} } }",
    "plugin.ts": `import { Reply } from "@backworks/pdk";
export function processEndpoint() { return Reply.text(200, "hi"); }`,
  });
  module = bytes;
});

function folderOf(more: Files): Files {
  return { "stamp.plugin.yaml": "", "cases.yaml": CASES, Makefile: "all:\n", ...more };
}

describe("a folder that is not TypeScript", () => {
  const FOLDERS: readonly [what: string, files: Files, sentence: string][] = [
    ["C with a Makefile", folderOf({ "stamp.c": "" }), "a plugin in C,"],
    ["Rust below src", folderOf({ "src/plugin.rs": "" }), "a plugin in Rust,"],
    ["C++ with a test in TypeScript", folderOf({ "a.cpp": "", "a.test.ts": "" }), "in C++,"],
    ["a plugin.yaml beside C", { "plugin.yaml": "", "a.c": "", Makefile: "" }, "in C,"],
    ["a manifest alone", folderOf({}), "a plugin in another language,"],
  ];

  test.each(FOLDERS)("is not built: %s", async (_, files, sentence) => {
    for (const command of ["build", "dev"]) {
      const { exit, err } = await run([command, "."], files);
      expect([exit, err]).toEqual([1, expect.stringContaining("build_not_typescript")]);
      expect(err).toContain(sentence);
      expect(err).toContain("its own compiler: run make\n");
    }
  });

  test("is not built by the name of a source, and cargo is named where cargo builds", async () => {
    const files = { "hello/Cargo.toml": "", "hello/src/lib.rs": "", "hello/h.plugin.yaml": "" };
    const { err } = await run(["build", "hello"], files);
    expect(err).toMatch(/run cargo build --release --target wasm32-unknown-unknown in hello\n/);
    expect((await run(["build", "a.c"], folderOf({ "a.c": "" }))).err).toContain("a plugin in C,");
  });

  test("is tested and described once its module is there", async () => {
    for (const place of ["dist/stamp.wasm", "stamp.wasm"]) {
      await using folder = await TestFolder.create({ "s/a.txt": "", ...prefixed(place) });
      const tested = await runCommand(["plugin", "test", "s", "--json"], folder.path);
      expect(parse(tested)).toMatchObject({ ok: true, plugin: "stamp", target: "module" });
      const { exit, err } = await runCommand(["plugin", "docs", "s"], folder.path);
      expect([exit, err]).toEqual([0, ""]);
      expect(await readFile(join(folder.path, "stamp.md"), "utf8")).toContain("### It answers");
    }
  });

  test("is not tested before, nor when it is not known which module is meant", async () => {
    const unbuilt = await run(["test"], folderOf({ "stamp.c": "" }));
    expect([unbuilt.exit, unbuilt.err]).toEqual([
      1,
      expect.stringContaining("this folder holds a plugin in C that is not built yet: run make\n"),
    ]);
    const two = folderOf({ "dist/a.wasm": module, "dist/b.wasm": module });
    const several = await run(["test"], two);
    expect([several.exit, several.err]).toEqual([
      2,
      expect.stringContaining("name one of dist/a.wasm, dist/b.wasm"),
    ]);
  });

  test("says that a source is newer than the module", async () => {
    await using folder = await TestFolder.create(prefixed("dist/stamp.wasm"));
    await utimes(join(folder.path, "s/dist/stamp.wasm"), 1, 1);
    const { exit, err } = await runCommand(["plugin", "test", "s"], folder.path);
    expect([exit, err]).toEqual([
      0,
      expect.stringContaining("s/dist/stamp.wasm is older than stamp.c: run make in s"),
    ]);
  });

  function prefixed(place: string): Files {
    const files = folderOf({ [place]: module });
    const moved = Object.entries(files).map(([path, text]) => [`s/${path}`, text]);
    return { "s/stamp.c": "", ...Object.fromEntries(moved) };
  }
});

const OURS: readonly [what: string, files: Files][] = [
  ["TypeScript beside C", { "plugin.yaml": "", "plugin.ts": "", "codec.c": "" }],
  ["an entry elsewhere", { "plugin.yaml": "entry: lib/a.ts", "lib/a.ts": "", "codec.c": "" }],
  ["TypeScript without its plugin.yaml", { "plugin.ts": "", "dist/a.wasm": "" }],
  ["nothing of a plugin", { "README.md": "" }],
];

test.each(OURS)("what is TypeScript is judged as such: %s", async (_, files) => {
  const { exit, err } = await run(["build", "."], files);
  expect(exit).toBe(1);
  expect(err).not.toContain("build_not_typescript");
});

import { describe, expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import type { Files } from "../support/folder.ts";
import { answering, withManifest } from "../support/module.ts";
import { runCommand } from "../support/terminal.ts";
import { TestFolder } from "../support/folder.ts";

const YAML = `endpoints:
  secret: { path: /secret, response: { body: secret } }
  open: { path: /open, response: { body: open } }
`;
const MODULE = answering("authorize", '{"outcome":"denied","reason":"no"}');
const CUT = MODULE.subarray(0, 100);
const HEAD = "abi: 1\nname: guard\nversion: 1.0.0\n";
const SECRET = "{ match: { routes: [secret] } }";
const JUDGE = `${HEAD}hooks: { authorize: ${SECRET} }\n`;
const EMPTY = new Uint8Array(0);

function guard(module: Uint8Array | string, sidecar: string): Files {
  return { "plugins/guard.wasm": module, "plugins/guard.plugin.yaml": sidecar };
}

const CARRIED = withManifest(MODULE, {
  abi: 1,
  name: "guard",
  version: "1.0.0",
  hooks: { authorize: { match: { routes: ["secret"] } } },
});
const OF_ABI_2 = withManifest(MODULE, {
  abi: 2,
  name: "guard",
  hooks: { authorize: { match: { routes: ["secret"] }, shape: "new" } },
});

describe("a plugin that says who gets in closes its routes, and no others, when", () => {
  const configured = (more: string): string => `${YAML}plugins: { guard: ${more} }\n`;
  const cases: readonly (readonly [what: string, files: Files, yaml?: string])[] = [
    ["its module is cut off", guard(CUT, JUDGE)],
    ["its module is empty", guard(EMPTY, JUDGE)],
    ["its module is no module", guard("<html>", JUDGE)],
    ["it is configured with nothing", guard(CUT, JUDGE), configured("{}")],
    ["it is configured as not critical", guard(CUT, JUDGE), configured("{ critical: false }")],
    [
      "it is configured by its path",
      { "guard.wasm": CUT, "guard.plugin.yaml": JUDGE },
      configured("{ path: ./guard.wasm }"),
    ],
    ["its module is missing", { "plugins/guard.plugin.yaml": JUDGE }],
    ["its manifest is critical", guard(CUT, `${JUDGE}critical: true\n`)],
    ["a hook beside is unknown", guard(MODULE, `${JUDGE.trimEnd().slice(0, -2)}, bogus: {} }\n`)],
    ["a key of its manifest is wrong", guard(MODULE, `${JUDGE}colour: red\n`)],
    ["its name is wrong", guard(MODULE, JUDGE.replace("name: guard", "name: The Guard"))],
    [
      "the module carries its manifest and is cut off",
      { "plugins/x.wasm": CARRIED.subarray(0, 300) },
    ],
    ["it was built for another ABI", { "plugins/x.wasm": OF_ABI_2 }],
  ];
  test.each(cases.map(([what, files, yaml = YAML]) => ({ what, files, yaml })))(
    "$what",
    async ({ files, yaml }) => {
      await using app = await startTestApp({ "backworks.yaml": yaml, ...files });
      const closed = await app.fetch("/secret");
      const [refused, ...others] = app.summary.plugins;
      expect([closed.status, await closed.json()]).toMatchObject([
        503,
        {
          detail: `plugin "guard" was refused at start (${refused?.error?.code})`,
          plugin: "guard",
          reason: refused?.error?.code,
        },
      ]);
      expect((await app.fetch("/open")).status).toBe(200);
      expect((await app.fetch("/readyz")).status).toBe(503);
      expect([refused, others]).toMatchObject([{ name: "guard", state: "refused" }, []]);
      expect(app.records.filter(({ level }) => level === "error")).toMatchObject([
        {
          plugin: "guard",
          msg: expect.stringMatching(/^(critical )?plugin refused, its routes answer 503/),
        },
      ]);
    },
  );
});

test("a hook of a refused judge sees everything when its match is not understood", async () => {
  const sidecar = JUDGE.replace("routes:", "route:");
  await using app = await startTestApp({ "backworks.yaml": YAML, ...guard(MODULE, sidecar) });
  expect((await app.fetch("/secret")).status).toBe(503);
  expect((await app.fetch("/open")).status).toBe(503);
});

test("a critical plugin closes the routes of hooks that are not known", async () => {
  const sidecar = `${HEAD}critical: true\nhooks: { before_reqest: ${SECRET} }\n`;
  await using app = await startTestApp({ "backworks.yaml": YAML, ...guard(MODULE, sidecar) });
  const problem = await (await app.fetch("/secret")).json();
  const detail = 'plugin "guard" was refused at start (plugin_manifest_invalid)';
  expect(problem).toMatchObject({ detail });
  expect(problem).not.toHaveProperty("hook");
  expect((await app.fetch("/open")).status).toBe(200);
});

describe("when the manifest of a refused plugin cannot be read at all", () => {
  const broken = guard(MODULE, "name: [");

  test("its routes are open, and the log names the key that closes them", async () => {
    await using app = await startTestApp({ "backworks.yaml": YAML, ...broken });
    expect((await app.fetch("/secret")).status).toBe(200);
    expect(app.records.find(({ level }) => level === "error")).toMatchObject({
      plugin: "guard",
      msg: expect.stringMatching(
        /^plugin refused; if it guarded routes, they are open \(plugins\.guard\.critical: true would close them\): flow sequence/,
      ),
    });
  });

  test("that key closes them all, and nothing says that they are open", async () => {
    await using app = await startTestApp({
      "backworks.yaml": `${YAML}plugins: { guard: { critical: true } }\n`,
      ...broken,
      "plugins/other.wasm": CUT,
    });
    expect((await app.fetch("/secret")).status).toBe(503);
    expect((await app.fetch("/open")).status).toBe(503);
    const told = app.records.filter(({ level }) => level === "error").map(({ msg }) => msg);
    expect(told).toEqual([
      expect.stringMatching(/^critical plugin refused, all routes answer 503: /),
      expect.not.stringContaining("open"),
    ]);
  });

  test("a file whose name is no plugin's name is configured by its path", async () => {
    await using app = await startTestApp({ "backworks.yaml": YAML, "plugins/My Guard.wasm": CUT });
    expect(app.records.find(({ level }) => level === "error")?.msg).toMatch(
      /\(a plugin with path: .*My Guard\.wasm and critical: true would close them\)/,
    );
  });
});

test("a damaged file takes no name from a whole one", async () => {
  await using app = await startTestApp({
    "backworks.yaml": YAML,
    "plugins/a.wasm": CARRIED.subarray(0, 300),
    "plugins/b.wasm": CARRIED,
  });
  expect(app.summary.plugins).toMatchObject([
    { name: "a.wasm", state: "refused" },
    { name: "guard", state: "loaded" },
  ]);
});

test("what is disabled is not missed, however damaged it is", async () => {
  await using app = await startTestApp({
    "backworks.yaml": `${YAML}plugins: { guard: { enabled: false } }\n`,
    ...guard(CUT, JUDGE),
  });
  expect((await app.fetch("/secret")).status).toBe(200);
  expect(app.summary.plugins).toMatchObject([{ name: "guard", state: "disabled" }]);
});

test("two files of one name close what either of them would have judged", async () => {
  const other = { abi: 1, name: "guard", version: "2.0.0", hooks: { authenticate: {} } };
  await using app = await startTestApp({
    "backworks.yaml": YAML,
    "plugins/a.wasm": CARRIED,
    "plugins/b.wasm": withManifest(answering("authenticate", ""), other),
  });
  expect((await app.fetch("/open")).status).toBe(503);
});

test("validate and plugin list tell of a manifest whose module is missing", async () => {
  await using folder = await TestFolder.create({
    "backworks.yaml": YAML,
    "plugins/guard.plugin.yaml": JUDGE,
  });
  const missing = /there is no file .*guard\.wasm, and guard\.plugin\.yaml describes it/;
  const validated = await runCommand(["validate"], folder.path);
  expect([validated.exit, validated.out + validated.err]).toEqual([
    1,
    expect.stringMatching(missing),
  ]);
  const listed = await runCommand(["plugin", "list"], folder.path);
  expect(listed.out).toMatch(/^guard +1\.0\.0 +refused +authorize +plugins\/guard\.wasm\n/);
  expect(listed.out).toMatch(missing);
});

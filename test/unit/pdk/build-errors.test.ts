import { expect, test } from "vitest";
import { buildPlugin } from "@backworks/pdk/build";
import { refusalOf, type BuildCase } from "../../support/build-cases.ts";
import { manifestOf } from "../../support/plugins.ts";
import { TestFolder } from "../../support/folder.ts";

const HOOKS = { before_request: {} };
const MANIFEST = manifestOf(HOOKS);
const SOURCE = "export function beforeRequest(): void {}\n";
const YAML = "name: a\nversion: 1.0.0\nhooks:\n  before_request: {}\n";

const CASES: readonly BuildCase[] = [
  {
    name: "a syntax error",
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": `${SOURCE}const a = ;\n` },
    code: "source_invalid",
    says: ['unexpected ";"'],
    at: "src/plugin.ts:2:11",
  },
  {
    name: "an import that does not exist",
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": `import "./nothing.ts";\n${SOURCE}` },
    code: "source_invalid",
    says: ['there is no file "./nothing.ts"'],
    at: "src/plugin.ts:1:8",
  },
  {
    name: "a name that the PDK does not export",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `import { Respond } from "@backworks/pdk";\n${SOURCE}Respond();`,
    },
    code: "source_invalid",
    says: ['"@backworks/pdk" exports no "Respond"'],
    at: "src/plugin.ts:1:10",
  },
  {
    name: "a Node built-in by its prefix",
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": `import "node:fs/promises";\n${SOURCE}` },
    code: "source_invalid",
    says: ['"node:fs/promises" is a part of Node', "without Node built-ins"],
    at: "src/plugin.ts:1:8",
  },
  {
    name: "a Node built-in by its bare name, in another file",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `import "./other.ts";\n${SOURCE}`,
      "src/other.ts": `\nimport { readFileSync } from "fs";\nreadFileSync("x");\n`,
    },
    code: "source_invalid",
    says: ['"fs" is a part of Node'],
    at: "src/other.ts:2:30",
  },
  {
    name: "top-level await",
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": `await 1;\n${SOURCE}` },
    code: "source_invalid",
    says: [/^top-level await is not possible/, "await in initialize or in another hook"],
    at: "src/plugin.ts:1:1",
  },
  {
    name: "a package that is not installed",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `import { parse } from "@some/parser/deep";\n${SOURCE}parse();`,
    },
    code: "source_invalid",
    says: ['there is no package "@some/parser"', /npm install @some\/parser$/],
    at: "src/plugin.ts:1:23",
  },
  {
    name: "a part that an installed package does not export",
    files: {
      "plugin.yaml": MANIFEST,
      "node_modules/limited/package.json": '{ "name": "limited", "exports": { ".": "./a.js" } }',
      "src/plugin.ts": `import "limited/inner";\n${SOURCE}`,
    },
    code: "source_invalid",
    says: ['cannot find "limited/inner"', /"\.\/inner" is not exported by package "limited"$/],
  },
  {
    name: "the part of the PDK that is the build's",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `import "@backworks/pdk/build";\n${SOURCE}`,
    },
    code: "source_invalid",
    says: ['"@backworks/pdk/build" is not for plugins'],
  },
  {
    name: "an import alias that nothing declares",
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": `import "#inner";\n${SOURCE}` },
    code: "source_invalid",
    says: ['cannot find "#inner"'],
  },
  {
    name: "an import from the net",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `import "https://a.example/b.js";\n${SOURCE}`,
    },
    code: "source_invalid",
    says: ['"https://a.example/b.js" is on the net'],
    at: "src/plugin.ts:1:8",
  },
  {
    name: "a file of a kind that is no source",
    files: {
      "plugin.yaml": MANIFEST,
      "src/photo.png": "",
      "src/plugin.ts": `import photo from "./photo.png";\n${SOURCE}photo;`,
    },
    code: "source_invalid",
    says: ["src/photo.png cannot be imported", ".png is none of"],
    at: "src/plugin.ts:1:19",
  },
  {
    name: "one error beside another",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": [1, 2, 3, 4, 5, 6, 7].map((n) => `import "./x${n}.ts";\n`).join(""),
    },
    code: "source_invalid",
    says: [
      /^there is no file "\.\/x1\.ts"/,
      'src/plugin.ts:5:8: there is no file "./x5.ts"',
      /\n2 more$/,
    ],
  },
  {
    name: "an empty source",
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": " \n" },
    code: "source_invalid",
    says: ["src/plugin.ts is empty", "export a function for each hook"],
    at: "src/plugin.ts:1:1",
  },
  {
    name: "a declared hook that is not exported",
    files: { "plugin.yaml": YAML, "src/plugin.ts": "export {};\n" },
    code: "hooks_differ",
    says: [
      "declares before_request, but src/plugin.ts exports no beforeRequest",
      "export function",
    ],
    at: "plugin.yaml:4:3",
  },
  {
    name: "a hook with a typing error in its name",
    files: { "plugin.yaml": YAML, "src/plugin.ts": "export function beforeRequests() {}\n" },
    code: "hooks_differ",
    says: ["beforeRequests is exported: is it meant?"],
    at: "plugin.yaml:4:3",
  },
  {
    name: "a hook that is no function",
    files: { "plugin.yaml": YAML, "src/plugin.ts": "export const beforeRequest = {};\n" },
    code: "hooks_differ",
    says: ["exports beforeRequest as object, expected a function"],
    at: "plugin.yaml:4:3",
  },
  {
    name: "an exported hook that is not declared",
    files: {
      "plugin.yaml": YAML,
      "src/plugin.ts": `${SOURCE}export function afterResponse() {}\nexport function healthCheck() {}\n`,
    },
    code: "hooks_differ",
    says: ["does not declare after_response", "hooks: { after_response: {} }", "health_check"],
  },
  {
    name: "an error thrown at the top level",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `${SOURCE}import { check } from "./check.ts";\ncheck();\n`,
      "src/check.ts": `export function check(): void {\n  throw new TypeError("no");\n}\n`,
    },
    code: "evaluation_failed",
    says: ["TypeError: no", "at check (src/check.ts:2:", "at src/plugin.ts:3:1"],
    at: "src/check.ts:2:13",
  },
  {
    name: "a global that the engine does not have",
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": `${SOURCE}new WebSocket("ws://x");\n` },
    code: "evaluation_failed",
    says: ["WebSocket is not defined", "use tcp of @backworks/pdk"],
    at: "src/plugin.ts:2:5",
  },
  {
    name: "recursion without end at the top level",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `${SOURCE}const f = (): number => f() + 1;\nf();\n`,
    },
    code: "evaluation_failed",
    says: ["RangeError: Maximum call stack size exceeded"],
  },
  {
    name: "memory without end at the top level",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `${SOURCE}const a: unknown[] = [];\nfor (;;) a.push(new Array(1000).fill(0));\n`,
    },
    code: "evaluation_failed",
    says: ["out of memory"],
  },
  {
    name: "JSON nested deeper than the engine's own stack at the top level",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `${SOURCE}JSON.parse("[".repeat(1_000_000));\n`,
    },
    code: "evaluation_failed",
    says: ["crashed the engine at its top level"],
  },
  {
    name: "a text thrown at the top level",
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": `${SOURCE}throw "no";\n` },
    code: "evaluation_failed",
    says: ["Thrown: no"],
  },
  {
    name: "configuration read at the top level",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `import { config } from "@backworks/pdk";\n${SOURCE}config.get("a");\n`,
    },
    code: "evaluation_failed",
    says: ["the configuration is not known yet: read it in a hook"],
    at: "src/plugin.ts:3:8",
  },
  {
    name: "no plugin.yaml",
    files: { "src/plugin.ts": SOURCE },
    code: "source_missing",
    says: ["has no plugin.yaml in it", "needs at least"],
  },
  {
    name: "no source file",
    files: { "plugin.yaml": MANIFEST, "src/other.ts": SOURCE },
    code: "source_missing",
    says: ["expected one of src/plugin.ts"],
  },
];

test.each(CASES)("$name is refused with its place and a way out", async (expected) => {
  const refusal = await refusalOf(expected.files);
  expect(refusal?.code).toBe(expected.code);
  for (const part of expected.says) expect(refusal?.text).toMatch(part);
  expect(refusal?.at).toMatch(expected.at ?? /./);
});

test("a source that is not there, or no source, is refused", async () => {
  await expect(buildPlugin({ source: "/nowhere/plugin" })).rejects.toMatchObject({
    code: "source_missing",
    message: "/nowhere/plugin does not exist",
  });
  await using folder = await TestFolder.create({ "plugin.yaml": MANIFEST, "a.ts": SOURCE });
  await expect(buildPlugin({ source: `${folder.path}/plugin.yaml` })).rejects.toThrow(
    "neither a folder nor a TypeScript file",
  );
  await using bare = await TestFolder.create({ "lib/a.ts": SOURCE });
  await expect(buildPlugin({ source: `${bare.path}/lib/a.ts` })).rejects.toThrow(
    "beside it or one folder up",
  );
});

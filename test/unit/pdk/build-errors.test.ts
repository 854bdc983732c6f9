import { expect, test } from "vitest";
import { BuildError, buildPlugin } from "@backworks/pdk/build";
import { buildFiles, manifestOf } from "../../support/plugins.ts";
import { TestFolder, type Files } from "../../support/folder.ts";

const HOOKS = { before_request: {} };
const MANIFEST = manifestOf(HOOKS);
const SOURCE = "export function beforeRequest(): void {}\n";
const YAML = "name: a\nversion: 1.0.0\nhooks:\n  before_request: {}\n";

interface Case {
  readonly name: string;
  readonly files: Files;
  readonly code: string;
  /** Of the message or the notes. */
  readonly says: readonly (string | RegExp)[];
  readonly at?: string;
}

const CASES: readonly Case[] = [
  {
    name: "a syntax error",
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": `${SOURCE}const a = ;\n` },
    code: "source_invalid",
    says: ["unexpected"],
    at: "src/plugin.ts:2:11",
  },
  {
    name: "an import that does not exist",
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": `import "./nothing.ts";\n${SOURCE}` },
    code: "source_invalid",
    says: ["./nothing.ts"],
    at: "src/plugin.ts:1:8",
  },
  {
    name: "a name that the PDK does not export",
    files: {
      "plugin.yaml": MANIFEST,
      "src/plugin.ts": `import { Respond } from "@backworks/pdk";\n${SOURCE}Respond();`,
    },
    code: "source_invalid",
    says: ["Respond"],
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
    says: ["top-level await"],
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
    files: { "plugin.yaml": MANIFEST, "src/plugin.ts": `${SOURCE}fetch("http://x");\n` },
    code: "evaluation_failed",
    says: ["fetch is not defined", "but no fetch"],
    at: "src/plugin.ts:2:1",
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
  {
    name: "YAML that is none",
    files: { "plugin.yaml": "name: a\nhooks: {a: [}\n", "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: [/plugin\.yaml:2:|expected|must/i],
  },
  {
    name: "a key twice",
    files: { "plugin.yaml": "name: a\nname: b\n", "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ["unique"],
    at: "plugin.yaml:2:1",
  },
  {
    name: "an empty plugin.yaml",
    files: { "plugin.yaml": "", "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ["expected keys"],
    at: "plugin.yaml:1:1",
  },
  {
    name: "no name",
    files: { "plugin.yaml": "version: 1.0.0\n", "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ["name: expected a text; it is missing"],
  },
  {
    name: "a version that is a number",
    files: { "plugin.yaml": "name: a\nversion: 1.1\n", "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ['version: "1.1"'],
    at: "plugin.yaml:2:1",
  },
  {
    name: "no hooks",
    files: { "plugin.yaml": "name: a\nversion: 1.0.0\nhooks: {}\n", "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ["at least one hook", "process_endpoint"],
    at: "plugin.yaml:3:1",
  },
  {
    name: "a hook under its name in the source",
    files: {
      "plugin.yaml": YAML.replace("before_request", "beforeRequest"),
      "src/plugin.ts": SOURCE,
    },
    code: "manifest_invalid",
    says: ["there is no hook beforeRequest", "did you mean before_request?"],
    at: "plugin.yaml:4:3",
  },
  {
    name: "a hook that is nothing like one",
    files: { "plugin.yaml": YAML.replace("before_request", "xyzzy"), "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ["there is no hook xyzzy", "the hooks are initialize"],
  },
  {
    name: "headers that are no list",
    files: {
      "plugin.yaml": YAML.replace("{}", "\n    reads:\n      headers: accept"),
      "src/plugin.ts": SOURCE,
    },
    code: "manifest_invalid",
    says: ["headers: expected a list of names", "headers: [accept]"],
    at: "plugin.yaml:6:7",
  },
  {
    name: "a body mode that does not exist",
    files: {
      "plugin.yaml": YAML.replace("{}", "{ reads: { body: json } }"),
      "src/plugin.ts": SOURCE,
    },
    code: "manifest_invalid",
    says: ["expected none, text or bytes"],
    at: "plugin.yaml:4:30",
  },
  {
    name: "a hook that is a text",
    files: { "plugin.yaml": YAML.replace("{}", "yes please"), "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ["before_request: expected keys and values"],
    at: "plugin.yaml:4:3",
  },
  {
    name: "an entry that does not exist",
    files: { "plugin.yaml": `${YAML}entry: lib/a.ts\n`, "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ['entry: there is no file "lib/a.ts"'],
    at: "plugin.yaml:5:1",
  },
];

function printPosition({ position }: BuildError): string {
  return position === undefined
    ? "nowhere"
    : `${position.file}:${position.line}:${position.column}`;
}

test.each(CASES)(
  "$name is refused with its place and a way out",
  async ({ files, ...expected }) => {
    const error = await buildFiles(files).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BuildError);
    if (!(error instanceof BuildError)) return;
    expect(error.code).toBe(expected.code);
    const text = [error.message, ...error.notes].join("\n");
    for (const part of expected.says) expect(text).toMatch(part);
    expect(printPosition(error)).toMatch(expected.at ?? /./);
  },
);

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

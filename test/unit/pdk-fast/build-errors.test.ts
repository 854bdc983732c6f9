import { expect, test } from "vitest";
import { buildFiles, manifestOf } from "../../support/plugins.ts";
import { expectRefusal, MANIFEST, SOURCE, type Case } from "./refusals.ts";

const AS_IN_FULL: readonly Case[] = [
  {
    name: "a syntax error",
    lines: "const a = ;",
    says: ["unexpected"],
    at: "src/plugin.ts:2:11",
  },
  {
    name: "an import that does not exist",
    lines: 'import "./nothing.ts";',
    says: ["./nothing.ts"],
    at: "src/plugin.ts:2:8",
  },
  {
    name: "a name that the bindings do not have",
    lines: 'import { Respond } from "@backworks/pdk";\nexport const a = new Respond();',
    says: ['"@backworks/pdk" exports no "Respond"', "API reference"],
    at: "src/plugin.ts:2:10",
  },
  {
    name: "a Node built-in",
    lines: 'import { readFileSync } from "node:fs";\nreadFileSync("x");',
    says: ['"node:fs" is a part of Node'],
    at: "src/plugin.ts:2:30",
  },
  {
    name: "an npm package",
    files: {
      "src/plugin.ts": `import { twice } from "twice";\n${SOURCE}twice(1);\n`,
      "node_modules/twice/package.json": '{ "name": "twice", "main": "main.js" }',
      "node_modules/twice/main.js": "export const twice = (n) => 2 * n;",
    },
    says: ['"twice", which src/plugin.ts imports, is an npm package', "--target full"],
  },
  {
    name: "JavaScript",
    files: {
      "plugin.yaml": manifestOf({ before_request: {} }, { target: "fast", entry: "a.js" }),
      "a.js": SOURCE,
    },
    says: ["a.js is not TypeScript"],
  },
  {
    name: "data that is imported",
    files: {
      "src/plugin.ts": `import data from "./data.json";\n${SOURCE}data.toString();\n`,
      "src/data.json": "{}",
    },
    says: ['"./data.json", which src/plugin.ts imports, is no TypeScript'],
  },
  {
    name: "a declared hook that is not exported",
    files: { "src/plugin.ts": "export function beforeRequests(): void {}\n" },
    code: "hooks_differ",
    says: ["exports no beforeRequest (beforeRequests is exported: is it meant?)"],
  },
  {
    name: "an exported hook that is not declared",
    lines: "export function initialize(): void {}",
    code: "hooks_differ",
    says: ["exports initialize, but plugin.yaml does not declare initialize"],
  },
  {
    name: "a target that does not exist",
    files: { "plugin.yaml": manifestOf({ before_request: {} }, { target: "quick" }) },
    code: "manifest_invalid",
    says: ['target: expected full or fast; found "quick"'],
  },
];

test.each(AS_IN_FULL)("$name is refused as in the full target", async (given) => {
  await expectRefusal(given);
});

test("an error that stands in one place is told once, and others are noted with theirs", async () => {
  const source = `${SOURCE}export function f(): void {\n  nothing();\n  nobody();\n}\n`;
  await expect(
    buildFiles({ "plugin.yaml": MANIFEST, "src/plugin.ts": source }),
  ).rejects.toMatchObject({
    message: "cannot find name 'nothing'",
    notes: ["src/plugin.ts:4:3: cannot find name 'nobody'"],
  });
});

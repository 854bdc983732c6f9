import { expect, test } from "vitest";
import { refusalOf, type BuildCase } from "../../support/build-cases.ts";

const SOURCE = "export function beforeRequest(): void {}\n";
const YAML = "name: a\nversion: 1.0.0\nhooks:\n  before_request: {}\n";

const CASES: readonly BuildCase[] = [
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
    files: { "plugin.yaml": YAML.replace("1.0.0", "1.1"), "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ["version: expected a text; found 1.1", 'version: "1.1.0"'],
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
    says: ['headers: expected a list of names, found "accept"', "headers: [accept]"],
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
    says: ['before_request: expected a map, found "yes please"'],
    at: "plugin.yaml:4:3",
  },
  {
    name: "an entry that does not exist",
    files: { "plugin.yaml": `${YAML}entry: lib/a.ts\n`, "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ['entry: there is no file "lib/a.ts"'],
    at: "plugin.yaml:5:1",
  },
  {
    name: "a whole number for a version",
    files: { "plugin.yaml": YAML.replace("1.0.0", "1.0"), "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ['version: "1.0.0"'],
    at: "plugin.yaml:2:1",
  },
  {
    name: "a list of hooks",
    files: {
      "plugin.yaml": "name: a\nversion: 1.0.0\nhooks: [before_request]\n",
      "src/plugin.ts": SOURCE,
    },
    code: "manifest_invalid",
    says: ["hooks: expected a map, found a list", "hooks: { before_request: {} }"],
    at: "plugin.yaml:3:1",
  },
  {
    name: "a target that does not exist",
    files: { "plugin.yaml": `${YAML}target: quick\n`, "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ['target: expected full or fast; found "quick"'],
    at: "plugin.yaml:5:1",
  },
  {
    name: "one fault beside others, in one hook and around it,",
    files: {
      "plugin.yaml": [
        "version: 2",
        "hooks:",
        "  before_request:",
        "    reads:",
        "      headers: accept",
        "      body: { mode: json }",
        "      params: { id: 1 }",
      ].join("\n"),
      "src/plugin.ts": SOURCE,
    },
    code: "manifest_invalid",
    says: [
      "name: expected a text; it is missing",
      "plugin.yaml:1:1: version: expected a text; found 2",
      'plugin.yaml:5:7: headers: expected a list of names, found "accept"',
      'plugin.yaml:6:7: body: expected none, text or bytes, found "json"',
      "plugin.yaml:7:7: params: expected a list of names, found a map",
    ],
    at: "plugin.yaml:1:1",
  },
  {
    name: "an alias that leads nowhere",
    files: { "plugin.yaml": `${YAML}license: *none\n`, "src/plugin.ts": SOURCE },
    code: "manifest_invalid",
    says: ["*none leads nowhere"],
    at: "plugin.yaml:5:10",
  },
  {
    name: "aliases that multiply",
    files: {
      "plugin.yaml": `a: &a [0]\nb: &b [${"*a,".repeat(50)}]\nc: [${"*b,".repeat(50)}]\n`,
      "src/plugin.ts": SOURCE,
    },
    code: "manifest_invalid",
    says: ["aliases multiply"],
  },
];

test.each(CASES)("$name is refused with its place and a way out", async (expected) => {
  const refusal = await refusalOf(expected.files);
  expect(refusal?.code).toBe(expected.code);
  for (const part of expected.says) expect(refusal?.text).toMatch(part);
  expect(refusal?.at).toMatch(expected.at ?? /./);
});

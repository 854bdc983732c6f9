import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "../support/terminal.ts";
import { TestFolder } from "../support/folder.ts";

const SOURCE = "export function beforeRequest(): void {}\n";
const HEAD = "name: hello\nversion: 1.0.0\n";
const HOOKS = "hooks:\n  before_request: {}\n";

interface Told {
  readonly code: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** Builds `hello` from its plugin.yaml; the errors as data. */
async function errorsOf(yaml: string): Promise<readonly Told[]> {
  await using folder = await TestFolder.create({
    "hello/plugin.yaml": yaml,
    "hello/plugin.ts": SOURCE,
  });
  const { exit, out } = await runCommand(["plugin", "build", "hello", "--json"], folder.path);
  expect(exit).toBe(1);
  expect(await readdir(folder.path)).toEqual(["hello"]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by the command
  const { errors } = JSON.parse(out) as { errors: readonly (Told & { file: string })[] };
  for (const { code, file } of errors) {
    expect([code, file]).toEqual(["build_manifest_invalid", "hello/plugin.yaml"]);
  }
  return errors;
}

const MISTAKES: readonly [what: string, yaml: string, message: RegExp, at: [number, number]][] = [
  [
    "a name in capital letters",
    `name: My_Plugin\nversion: 1.0.0\n${HOOKS}`,
    /^name: expected text of lower case letters, digits and hyphens.*found "My_Plugin"$/,
    [1, 7],
  ],
  [
    "the hooks under another name",
    `${HEAD}hoooks:\n  before_request: {}\n`,
    /^hoooks: unknown key\ndid you mean hooks\?$/,
    [3, 1],
  ],
  [
    "methods as a text",
    `${HEAD}hooks:\n  before_request:\n    match: { methods: GET }\n`,
    /methods: expected a list.*found "GET"/,
    [5, 23],
  ],
  [
    "a priority in words",
    `${HEAD}hooks:\n  before_request: { priority: high }\n`,
    /priority: expected an integer.*found "high"/,
    [4, 31],
  ],
  [
    "yes in quotes",
    `${HEAD}${HOOKS}critical: "yes"\n`,
    /critical: expected true or false, found "yes"/,
    [5, 11],
  ],
  [
    "a misspelt capability",
    `${HEAD}${HOOKS}capabilities:\n  htttp: { hosts: [a.example] }\n`,
    /capabilities.htttp: unknown key, did you mean http\?/,
    [6, 3],
  ],
  [
    "a path that no request has",
    `${HEAD}hooks:\n  before_request:\n    match: { paths: ["/a/../b"] }\n`,
    /no request matches it/,
    [5, 22],
  ],
  [
    "a type that JSON Schema does not have",
    `${HEAD}${HOOKS}config_schema:\n  properties:\n    city: { type: strng }\n`,
    /^config_schema.properties.city.type: expected "array", .* or "string", found "strng"$/,
    [7, 13],
  ],
  [
    "a misspelt keyword of JSON Schema",
    `${HEAD}${HOOKS}config_schema:\n  type: object\n  propertys: {}\n`,
    /^config_schema is no usable JSON Schema: unknown keyword: "propertys"$/,
    [5, 1],
  ],
  [
    "an alias that leads nowhere",
    `${HEAD}${HOOKS}license: *none\n`,
    /\*none leads nowhere/,
    [5, 10],
  ],
];

test.each(MISTAKES)("%s is refused at its place in plugin.yaml", async (_, yaml, message, at) => {
  const errors = await errorsOf(yaml);
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toMatch(message);
  expect([errors[0]?.line, errors[0]?.column]).toEqual(at);
});

test("all mistakes of plugin.yaml are told at once, in its order", async () => {
  const errors = await errorsOf(
    `name: My_Plugin\nversion: "1.0"\n${HOOKS}critical: "yes"\nrequire: { host: ">=1.0" }\n`,
  );
  expect(errors.map(({ line }) => line)).toEqual([1, 2, 5, 6]);
});

test("the keys that only the build reads are no mistakes", async () => {
  await using folder = await TestFolder.create({
    "hello/plugin.yaml": `$schema: x.json\nentry: main.ts\ntarget: full\n${HEAD}${HOOKS}`,
    "hello/main.ts": SOURCE,
  });
  const { exit, err } = await runCommand(
    ["plugin", "build", "hello", "-o", "a/b.wasm"],
    folder.path,
  );
  expect([exit, err]).toEqual([0, ""]);
  expect(await readdir(join(folder.path, "a"))).toEqual(["b.wasm"]);
});

const PLACES: readonly [what: string, out: string, message: RegExp][] = [
  ["a folder", "taken", /cannot write .*\/taken: it is a folder: name a file in it/],
  [
    "a folder below a file",
    "hello/plugin.ts/a.wasm",
    /plugin\.ts: it is a file: a folder is needed/,
  ],
  ["a device", "/dev/null", /cannot write \/dev\/null: it is no regular file/],
  ["a folder that nobody can make", "/proc/backworks/a.wasm", /cannot write \/proc\/backworks: /],
  ["a name that is too long", `${"x".repeat(300)}.wasm`, /the name is too long/],
];

test.each(PLACES)("%s in the place of the module is refused", async (_, place, message) => {
  await using folder = await TestFolder.create({
    "hello/plugin.yaml": HEAD + HOOKS,
    "hello/plugin.ts": SOURCE,
  });
  await mkdir(join(folder.path, "taken"));
  const { exit, err } = await runCommand(["plugin", "build", "hello", "-o", place], folder.path);
  expect(exit).toBe(1);
  expect(err).toMatch(/^error build_not_written\n/);
  expect(err).toMatch(message);
  expect(err).not.toContain(".tmp");
  expect((await readdir(folder.path)).toSorted()).toEqual(["hello", "taken"]);
});

const EXAMPLES = "- name: it runs\n  request: { path: /x }\n  edits: {}\n";

test("a build tells what its cases take, and what the module imports", async () => {
  await using folder = await TestFolder.create({
    "hello/plugin.yaml": `${HEAD}${HOOKS}capabilities: { kv: {} }\n`,
    "hello/plugin.ts": `import { kv } from "@backworks/pdk";\nexport function beforeRequest(): void { kv.get("a"); }\n`,
    "hello/cases.yaml": EXAMPLES,
  });
  const { exit, out } = await runCommand(["plugin", "build", "hello"], folder.path);
  expect(exit).toBe(0);
  expect(out).toMatch(/^ {2}imports +kv +bw_kv_get, /m);
  expect(out).toMatch(/^ {2}imports +open to all +\d+ functions$/m);
  expect(out).toMatch(/^ {2}fuel +[\d,]+ +it runs$/m);
});

test("a build accepts nothing while a case fails, and says so", async () => {
  await using folder = await TestFolder.create({
    "hello/plugin.yaml": HEAD + HOOKS,
    "hello/plugin.ts": SOURCE,
    "hello/cases.yaml": EXAMPLES.replace("edits: {}", "response: { status: 418 }"),
  });
  const { exit, out } = await runCommand(
    ["plugin", "build", "hello", "--accept-fuel"],
    folder.path,
  );
  expect(exit).toBe(0);
  expect(out).toMatch(/^ {2}fails +[\d,]+ +it runs\n {2}fuel +not accepted +1 of 1 cases fails$/m);
  expect(await readdir(join(folder.path, "hello"))).not.toContain("fuel.lock.json");
});

test("a build fails when a case takes over 5 % more fuel than accepted", async () => {
  await using folder = await TestFolder.create({
    "hello/plugin.yaml": HEAD + HOOKS,
    "hello/plugin.ts": SOURCE,
    "hello/cases.yaml": EXAMPLES,
  });
  const build = ["plugin", "build", "hello", "-o", "hello.wasm"];
  const accepted = await runCommand([...build, "--accept-fuel"], folder.path);
  expect(accepted.out).toMatch(/fuel +accepted +hello\/fuel\.lock\.json/);
  await rm(join(folder.path, "hello.wasm"));
  await folder.write({
    "hello/plugin.ts": `function dear(): void { for (let i = 0; i < 5000; i++); }\nexport function beforeRequest(): void { dear(); }\n`,
  });
  const { exit, err } = await runCommand(build, folder.path);
  expect(exit).toBe(1);
  expect(err).toMatch(
    /^error test_fuel_grew hello\/fuel\.lock\.json\n {2}fuel of before_request in "it runs"/,
  );
  expect(err).toMatch(/^ {2}dear \(plugin\.ts\) \(\+[\d,]+\) grew/m);
  expect(await readdir(folder.path)).toEqual(["hello"]);
});

test("a build tells of cases that fail, and leaves the rest to plugin test", async () => {
  await using folder = await TestFolder.create({
    "hello/plugin.yaml": HEAD + HOOKS,
    "hello/plugin.ts": SOURCE,
    "hello/cases.yaml": Array.from(
      { length: 9 },
      (_, at) => `- { name: case ${at}, response: { status: 500 } }`,
    ).join("\n"),
  });
  const { exit, out } = await runCommand(["plugin", "build", "hello", "--json"], folder.path);
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    cases: Array.from({ length: 9 }, () => ({ ok: false })),
  });
  const { out: text } = await runCommand(["plugin", "build", "hello"], folder.path);
  expect(text).toMatch(/^ {2}fails +[\d,]+ +case 0$/m);
  expect(text).toMatch(/and 1 more: backworks plugin test/);
});

import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCases } from "../../host/src/workbench/cases/read-cases.ts";
import { TestFolder, type Files } from "../support/folder.ts";
import { parse } from "../support/plugin-command.ts";
import { runCommand, type CommandResult } from "../support/terminal.ts";

const MANIFEST = `
name: gate
version: 1.0.0
hooks:
  before_request: { reads: { headers: [authorization] } }
  after_response: { match: { methods: [GET] } }
`;

/** Portable: what both targets have. */
const SOURCE = `
import { log, Reply, type Request } from "@backworks/pdk";

function work(rounds: number): number {
  let sum: number = 0;
  for (let i = 0; i < rounds; i++) sum += i;
  return sum;
}

export function beforeRequest(request: Request): Reply | null {
  if (request.header("authorization") == null) {
    log.warn("no token");
    return Reply.text(401, "who?");
  }
  request.setHeader("x-work", work(ROUNDS).toString());
  request.removeHeader("x-debug");
  return null;
}

export function afterResponse(_request: Request, reply: Reply): void {
  reply.setHeader("x-gate", "1");
}
`;

const CASES = `
- name: nobody gets in without a token
  request: { path: /orders }
  response: { status: 401, headers: { x-gate: "1", x-other: null }, body: who? }
  logs: [{ warn: token }]
- name: what is for us alone is taken away
  request: { headers: { authorization: Bearer x, x-debug: "1" } }
  handler: { status: 404, body: { id: 7 } }
  edits: { headers: { x-work: "4950", x-debug: null } }
  response: { status: 404, body: { id: 7 } }
`;

function files(cases = CASES, rounds = 100): Files {
  const source = SOURCE.replace("ROUNDS", String(rounds));
  return { "plugin.yaml": MANIFEST, "plugin.ts": source, "cases.yaml": cases };
}

async function run(folder: TestFolder, ...args: string[]): Promise<CommandResult> {
  return runCommand(["plugin", "test", ...args], folder.path);
}

describe.each(["full", "fast"])("plugin test, target %s", (target) => {
  test("runs cases and says what they take", async () => {
    await using folder = await TestFolder.create(files());
    const { exit, out, err } = await run(folder, "--target", target);
    expect([exit, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /^gate 1\.0\.0 {2}\w+\n✓ nobody gets in without a token {2}before_request [\d,]+, after_response [\d,]+ {2}[\d.]+ ms\n✓ what is for us alone is taken away .*\n2 of 2 cases pass\n$/,
    );
  });

  test("fails when a case takes over 5 % more fuel, and names the function that grew", async () => {
    await using folder = await TestFolder.create(files());
    const updated = await run(folder, "--target", target, "--update");
    expect(updated.err).toBe("fuel.lock.json written\n");
    expect((await run(folder, "--target", target)).exit).toBe(0);

    await folder.write(files(CASES.replace("4950", "1999000"), 2000));
    const { exit, out } = await run(folder, "--target", target);
    expect(exit).toBe(1);
    expect(out).toMatch(
      /✗ fuel of before_request in "what is for us alone is taken away": .* \(\+[\d.]+ %\)/,
    );
    expect(out).toMatch(/^ {4}(?:work|\S*beforeRequest\b|\S*work\b).* grew/m);
    expect(out).toMatch(/2 of 2 cases pass; 1 take over 5 % more fuel: make it less, or --update/);

    expect((await run(folder, "--target", target, "--update")).exit).toBe(0);
    expect((await run(folder, "--target", target)).exit).toBe(0);
  });
});

test("a case that fails says where it stands and what it found", async () => {
  const cases = CASES.replace("status: 401", "status: 403").replace('"4950"', '"1"');
  await using folder = await TestFolder.create(files(cases));
  const { exit, out } = await run(folder);
  expect(exit).toBe(1);
  expect(out).toContain("✗ nobody gets in without a token  cases.yaml:2:3");
  expect(out).toContain("    response.status: expected 403, found 401\n");
  expect(out).toContain("    log warn: no token\n");
  expect(out).toContain('    edits.headers.x-work: expected "1", found "4950"\n');
  expect(out).toContain("0 of 2 cases pass\n");
});

test("cases that fail are not accepted, whatever they take", async () => {
  await using folder = await TestFolder.create(files(CASES.replace("401", "403")));
  const { exit, err } = await run(folder, "--update");
  expect(exit).toBe(1);
  expect(err).toBe("note  fuel.lock.json is not written: 1 of 2 cases fails\n");
  expect(parse(await run(folder, "--update", "--json"))["fuel"]).toMatchObject({
    lock: "none",
    notAccepted: "1 of 2 cases fails",
  });
  await expect(readFile(join(folder.path, "fuel.lock.json"))).rejects.toThrow("ENOENT");
});

test("cheaper cases and new ones are told, and pass", async () => {
  await using folder = await TestFolder.create(files(CASES.replace("4950", "1999000"), 2000));
  await run(folder, "--update");
  await folder.write(files(`${CASES}- name: a new one\n`));
  const { exit, err } = await run(folder);
  expect(exit).toBe(0);
  expect(err).toMatch(
    /^note {2}fuel of before_request in "what.*\(-[\d.]+ %\): --update keeps it$/m,
  );
  expect(err).toMatch(/^note {2}fuel\.lock\.json does not have a case: --update adds it$/m);
});

test("with --json the whole result is one document", async () => {
  await using folder = await TestFolder.create(files(CASES.replace("401", "403")));
  const result = await run(folder, "--json");
  expect(result.exit).toBe(1);
  expect(parse(result)).toMatchObject({
    ok: false,
    plugin: "gate",
    target: "full",
    cases: [
      { ok: false, line: 2, failures: ["response.status: expected 403, found 401"] },
      {
        name: "what is for us alone is taken away",
        ok: true,
        fuel: { before_request: expect.any(Number) },
      },
    ],
    fuel: { lock: "none" },
  });
});

test("a module is tested with the cases beside it, or with those that are named", async () => {
  await using folder = await TestFolder.create(files());
  await runCommand(["plugin", "build", ".", "-o", "gate.wasm"], folder.path);
  expect((await run(folder, "gate.wasm")).out).toMatch(/^gate 1\.0\.0 {2}module\n/);
  await folder.write({ "more/other.yaml": "- name: nothing is expected\n" });
  const named = await run(folder, "gate.wasm", "--cases", "more/other.yaml");
  expect(named.out).toContain("1 of 1 cases pass");
});

const MISTAKES: readonly [what: string, cases: string, message: RegExp, at: string][] = [
  [
    "a key that there is not",
    "- name: a\n  requst: {}\n",
    /unknown key, did you mean request\?/,
    "2:3",
  ],
  ["no list", "name: a\n", /the file: expected a list/, "1:1"],
  ["a status that is none", "- name: a\n  response: { status: 99 }\n", /from 200 to 599/, "2:15"],
  ["two of a name", "- name: a\n- name: a\n", /a second case with the name "a"/, "2:3"],
  ["a hook that there is not", "- name: a\n  hook: before\n", /\[0\]\.hook: expected/, "2:3"],
  ["no YAML", "- name: [\n", /./, "2:1"],
];

test.each(MISTAKES)("%s in cases.yaml is refused at its place", async (_, cases, message, at) => {
  await using folder = await TestFolder.create(files(cases));
  const { exit, err } = await run(folder);
  expect(exit).toBe(1);
  expect(err).toContain(`error test_invalid cases.yaml:${at}\n`);
  expect(err).toMatch(message);
});

test("an empty cases.yaml is told what belongs into it", async () => {
  await using folder = await TestFolder.create({ "cases.yaml": "\n" });
  const file = join(folder.path, "cases.yaml");
  await expect(readCases(file, "cases.yaml")).rejects.toThrow(
    "the file is empty: expected a list of cases, each with a name",
  );
});

test("a hook that the plugin does not have is a case that fails", async () => {
  await using folder = await TestFolder.create(files("- name: a\n  hook: on_call\n"));
  expect((await run(folder)).out).toContain("test_invalid: gate declares no hook on_call");
});

test("where there is nothing to test, that is said", async () => {
  await using folder = await TestFolder.create({ "plugin.yaml": MANIFEST, "plugin.ts": SOURCE });
  const { exit, err } = await run(folder);
  expect(exit).toBe(1);
  expect(err).toContain("nothing to test: . has no cases.yaml and no *.test.ts");
});

test("a damaged lock is refused, not taken for an empty one", async () => {
  await using folder = await TestFolder.create({ ...files(), "fuel.lock.json": '{"version":2}' });
  const { exit, err } = await run(folder);
  expect(exit).toBe(1);
  expect(err).toMatch(/^error test_invalid .*fuel\.lock\.json\n.*make it again with --update/);
});

describe("the plugin's own tests", () => {
  const OWN = `
    import { openPlugin } from "@backworks/pdk/testing";
    import "@backworks/pdk/testing/vitest";
    import { expect, test } from "vitest";
    test("it runs", async () => {
      await using plugin = await openPlugin(new URL(".", import.meta.url));
      expect(await plugin.beforeRequest()).toReply(STATUS);
    });
  `;
  const config = `export default { ssr: { resolve: { conditions: ["backworks-source"] } } };`;

  async function withTests(status: number): Promise<TestFolder> {
    const own = OWN.replace("STATUS", String(status));
    const project = { "gate.test.ts": own, "vitest.config.ts": config };
    return TestFolder.create({ ...files(), ...project });
  }

  async function install(folder: TestFolder): Promise<void> {
    const modules = new URL("../../node_modules", import.meta.url).pathname;
    await symlink(modules, join(folder.path, "node_modules"));
  }

  test("are run by the vitest of its project", async () => {
    await using folder = await withTests(401);
    await install(folder);
    const { exit, out } = await run(folder);
    expect(out).toMatch(/2 of 2 cases pass\n[^]*Tests +1 passed/);
    expect(exit).toBe(0);
  });

  test("fail the command when one of them fails", async () => {
    await using folder = await withTests(200);
    await install(folder);
    const result = await run(folder, "--json");
    expect(result.exit).toBe(1);
    expect(parse(result)).toMatchObject({ ok: false, vitest: { numFailedTests: 1 } });
  });

  test("fail the command when nobody can run them", async () => {
    await using folder = await withTests(401);
    const { exit, err } = await run(folder);
    expect(exit).toBe(1);
    expect(err).toContain("1 file with tests is not run: npm install --save-dev vitest");
  });
});

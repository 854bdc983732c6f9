import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { doubtBody, readBody } from "../../../host/src/cli/call-body.ts";
import { TestFolder } from "../../support/app.ts";
import { answering, manifestOf, withManifest } from "../../support/module.ts";
import { runCommand } from "../../support/terminal.ts";

const FILES = {
  "body.txt": "from a file",
  "-": "a file called -",
  "a.wasm": withManifest(answering("on_call", "yes"), manifestOf("a", "on_call")),
};

test.each([
  ["@body.txt", "from a file"],
  ["@-", "from standard input"],
  ["body.txt", "from a file"],
  ["-", "a file called -"],
  ["METAR KJFK 211951Z", "METAR KJFK 211951Z"],
  ["typo.txt", "typo.txt"],
  ["", ""],
])("--body %j gives %j", async (body, given) => {
  await using folder = await TestFolder.create(FILES);
  const terminal = {
    in: Readable.from([Buffer.from("from standard input")]),
    directory: folder.path,
  };
  expect(Buffer.from(await readBody(body, terminal)).toString()).toBe(given);
});

test.each([
  ["typo.txt", true],
  ["./typo", true],
  ["/tmp/no/such", true],
  ["cases/frame.bin", true],
  ["body.txt", false],
  ["@typo.txt", false],
  ["METAR KJFK 211951Z", false],
  ['{"a":"b.c"}', false],
  ["a=1.x", false],
  ["1.5", false],
  ["hello", false],
])("--body %j is doubted: %s", async (body, isDoubted) => {
  await using folder = await TestFolder.create(FILES);
  const doubt = await doubtBody(body, { directory: folder.path });
  expect(doubt?.endsWith(`write @${body} for a file`) ?? false).toBe(isDoubted);
});

test("plugin call and plugin profile tell of a file that is not there, and @ is never a text", async () => {
  await using folder = await TestFolder.create(FILES);
  const run = async (command: string, ...args: string[]): ReturnType<typeof runCommand> =>
    runCommand(["plugin", command, "a.wasm", "on_call", "-b", ...args], folder.path);
  const note = "there is no file typo.txt, so that --body is this text; write @typo.txt for a file";
  for (const command of ["call", "profile"]) {
    const { exit, err } = await run(command, "typo.txt");
    expect([exit, err]).toEqual([0, `note  ${note}\n`]);
    const missing = await run(command, "@typo.txt");
    expect([missing.exit, missing.err]).toEqual([
      2,
      expect.stringContaining("--body typo.txt: there is no such file"),
    ]);
  }
  const told: unknown = JSON.parse((await run("call", "typo.txt", "--json")).out);
  expect(told).toMatchObject({ ok: true, notes: [note] });
});

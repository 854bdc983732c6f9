import { expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";
import { runCommand } from "../support/terminal.ts";

test.each([
  [["new", "foo"], "(Did you mean plugin new?)"],
  [["test"], "(Did you mean plugin test?)"],
  [["strat"], "(Did you mean start?)"],
  [["plugin", "bild"], "(Did you mean build?)"],
])("%j is no command, and the nearest one is named", async (args, hint) => {
  const { exit, err } = await runCommand(args, "/");
  expect([exit, err.split("\n").slice(0, 2)]).toEqual([
    2,
    [`error: unknown command '${args.at(args[0] === "plugin" ? 1 : 0)}'`, hint],
  ]);
});

test("what is to be tested and is not there is named", async () => {
  await using folder = await TestFolder.create({ "cases.yaml": "" });
  const { exit, err } = await runCommand(["plugin", "test", "nosuch"], folder.path);
  expect(exit).toBe(1);
  expect(err).toContain("error build_source_missing\n  there is no nosuch\n");
});

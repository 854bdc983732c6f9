import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";
import { runCommand } from "../support/terminal.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** What the author's guide shows under a command: fuel is the same for whoever tries it. */
async function shown(command: string): Promise<string[]> {
  const guide = await readFile(join(ROOT, "pdk-ts/README.md"), "utf8");
  const block = guide.split(`$ npx backworks ${command}\n`)[1] ?? "";
  return block.slice(0, block.indexOf("\n```")).split("\n");
}

/** What is another each time. */
const withoutTimes = (line: string): string => line.replace(/ {2}[\d.]+ ms$/, "");

test("the guide shows what a test of the first template takes", async () => {
  await using folder = await TestFolder.create();
  await runCommand(["plugin", "new", "hello"], folder.path);
  const { out, err } = await runCommand(["plugin", "test", "hello"], folder.path);
  const lines = (await shown("plugin test hello")).map(withoutTimes);
  expect(lines).toEqual(`${out}${err}`.trim().split("\n").map(withoutTimes));
});

const METAR = "METAR KJFK 211951Z 30015G25KT 10SM FEW250 12/M03 A3012";

test("the guide shows what a profile of the weather plugin says", async () => {
  await using folder = await TestFolder.create();
  const source = join(ROOT, "plugins-wasm/weather");
  await runCommand(["plugin", "build", source, "-o", "weather.wasm"], folder.path);
  const args = ["weather.wasm", "process_endpoint", "-r", "POST /metar", "-b", METAR, "--top", "5"];
  const { out } = await runCommand(["plugin", "profile", ...args], folder.path);
  const command = `plugin profile weather.wasm process_endpoint -r 'POST /metar' -b '${METAR}' --top 5`;
  expect(await shown(command)).toEqual(out.trim().split("\n"));
});

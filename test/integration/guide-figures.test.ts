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

const OUTPUTS = `import { Reply, type Request } from "@backworks/pdk";
const [ascii, others] = ["x".repeat(20000), "é".repeat(20000)];
export function processEndpoint(request: Request): Reply {
  const length = Number(request.query("n"));
  if (request.path === "/bytes") return Reply.bytes(200, new Uint8Array(length), "x/y");
  if (request.path === "/ascii") return Reply.text(200, ascii.slice(0, length));
  if (request.path === "/beyond") return Reply.text(200, others.slice(0, length));
  if (request.path === "/json") return Reply.json(200, ascii.slice(0, length));
  const reply = Reply.empty(200);
  reply.setHeader("x-long", ascii.slice(0, length));
  return reply;
}`;

test.each([
  ["/bytes", 20_000, "byte of `Reply.bytes`"],
  ["/ascii", 20_000, "character of ASCII text"],
  ["/beyond", 20_000, "character of text beyond ASCII"],
  ["/json", 20_000, "character of a text in `Reply.json`"],
  ["/header", 10_000, "character of a header's value"],
])("the guide says about what an output costs: %s", async (path, length, row) => {
  const manifest = { name: "outputs", version: "1.0.0", hooks: { process_endpoint: {} } };
  await using folder = await TestFolder.create({
    "plugin.yaml": JSON.stringify(manifest),
    "src/plugin.ts": OUTPUTS,
  });
  await runCommand(["plugin", "build", ".", "-o", "outputs.wasm"], folder.path);
  const fuelOf = async (count: number): Promise<number> => {
    const call = ["outputs.wasm", "process_endpoint", "-r", `GET ${path}?n=${count}`, "--json"];
    const { out } = await runCommand(["plugin", "call", ...call], folder.path);
    return Number(/"fuel": ?(\d+)/.exec(out)?.[1]);
  };
  const guide = await readFile(join(ROOT, "pdk-ts/README.md"), "utf8");
  const written = Number(guide.split(`| ${row}`)[1]?.split("|")[1]);
  const each = ((await fuelOf(length)) - (await fuelOf(0))) / length;
  expect(each / written).toBeGreaterThan(0.8);
  expect(each / written).toBeLessThan(1.2);
});

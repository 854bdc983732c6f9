import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const BIN = `${ROOT}host/bin/backworks.js`;

/** What the launcher goes by: with it this Node takes itself for an old one. */
const OLD_NODE = `data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "20.20.0" } })`;

const YAML = `server: { host: 127.0.0.1, port: 0 }
endpoints: { home: { path: /, response: { body: "home" } } }
`;

/** The command line behind a launcher, a group of their own. */
function launch(...args: string[]): ChildProcess {
  return spawn(process.execPath, ["--import", OLD_NODE, BIN, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

/** Everything it says until whoever holds its outputs is gone. */
async function textOf(launcher: ChildProcess, until?: RegExp): Promise<string> {
  let text = "";
  const said = Promise.withResolvers<void>();
  for (const stream of [launcher.stdout, launcher.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (until?.test(text)) said.resolve();
    });
  }
  await Promise.race([said.promise, once(launcher, "close")]);
  return text;
}

test("a server whose launcher is killed finishes as by SIGTERM", async () => {
  await using folder = await TestFolder.create({ "backworks.yaml": YAML });
  const launcher = launch("start", "-c", `${folder.path}/backworks.yaml`);
  const started = await textOf(launcher, /Listening on/);
  const url = /Listening on (\S+)/.exec(started)?.[1] ?? "";
  expect(await (await fetch(url)).text()).toBe("home");

  const rest = textOf(launcher);
  launcher.kill("SIGKILL");
  expect(await rest).toContain("SIGTERM: finishing the requests in flight");
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

test("SIGTERM for the launcher and the server at once is one, and ends both with 0", async () => {
  await using folder = await TestFolder.create({ "backworks.yaml": YAML });
  const launcher = launch("start", "-c", `${folder.path}/backworks.yaml`);
  await textOf(launcher, /Listening on/);
  process.kill(-(launcher.pid ?? NaN), "SIGTERM");
  const [code] = await once(launcher, "exit");
  expect(code).toBe(0);
});

test("a short command ends by itself behind a launcher, with its own exit code", async () => {
  const launcher = launch("start", "--nonsense");
  const text = textOf(launcher);
  const [code] = await once(launcher, "exit");
  expect(code).toBe(2);
  expect(await text).toContain("unknown option '--nonsense'");
});

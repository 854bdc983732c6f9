import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
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

interface Busy extends Disposable {
  readonly launcher: ChildProcess;
  /** Ends the request that the server waits for. */
  readonly finish: () => void;
}

/** A server behind a launcher, with a request in flight. */
async function startBusy(folder: TestFolder): Promise<Busy> {
  const launcher = launch("start", "-c", `${folder.path}/backworks.yaml`);
  const started = await textOf(launcher, /Listening on/);
  const { port = "" } = /Listening on \S+:(?<port>\d+)/.exec(started)?.groups ?? {};
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write("GET / HTTP/1.1\r\nhost: a\r\n");
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("home");
  return {
    launcher,
    finish: () => socket.write("\r\n"),
    [Symbol.dispose]: () => socket.destroy(),
  };
}

test("SIGINT for the launcher alone stops the server, and a second one ends it at once", async () => {
  await using folder = await TestFolder.create({ "backworks.yaml": YAML });
  using busy = await startBusy(folder);
  const { launcher } = busy;
  const exit = once(launcher, "exit");
  launcher.kill("SIGINT");
  expect(await textOf(launcher, /finishing/)).toContain("SIGINT: finishing the requests in flight");
  launcher.kill("SIGINT");
  expect(await exit).toEqual([130, null]);
});

test("Ctrl+C of a terminal is one for the launcher and the server, and ends both with 0", async () => {
  await using folder = await TestFolder.create({ "backworks.yaml": YAML });
  using busy = await startBusy(folder);
  const { launcher } = busy;
  const exit = once(launcher, "exit");
  process.kill(-(launcher.pid ?? NaN), "SIGINT");
  expect(await textOf(launcher, /finishing/)).toContain("SIGINT: finishing the requests in flight");
  setTimeout(busy.finish, 300);
  expect(await exit).toEqual([0, null]);
});

test("a short command ends by itself behind a launcher, with its own exit code", async () => {
  const launcher = launch("start", "--nonsense");
  const text = textOf(launcher);
  const [code] = await once(launcher, "exit");
  expect(code).toBe(2);
  expect(await text).toContain("unknown option '--nonsense'");
});

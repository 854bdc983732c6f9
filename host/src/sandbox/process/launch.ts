import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
// Which program runs is a fact like a file's place: no test has another one to hand in.
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { assert } from "../../lib/assert.ts";
import { strayDescriptors } from "./stray-descriptors.ts";

/** Where the host's code lies: `src`, or `dist` in the package. */
const CODE: string = fileURLToPath(new URL("../../", import.meta.url));
const ENTRY: string = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "child.ts" : "child.js", import.meta.url),
);
const SDK = "@extism/extism";

/** The places of the pipes among the child's descriptors (child.ts). */
export const PIPE = 3;
/** What the host answers questions with comes by one of its own: in the first, calls wait in line. */
export const ANSWERS = 4;

/** Its descriptors `PIPE` and `ANSWERS` must be pipes that can be read and written. */
export type LaunchProcess = (heapMiBMax: number) => ChildProcess;

/**
 * Starts a guest's process: Node under its permission model, which may read the host's code and the
 * SDK and nothing else; no writing, no network, no processes, workers, addons or inspector. Its
 * environment is empty, and it closes what descriptors it is told that it inherits. A group of its own
 * keeps a terminal's Ctrl-C from it: the host finishes its requests first.
 */
export function launchGuestProcess(heapMiBMax: number, entry: string = ENTRY): ChildProcess {
  const readable = [CODE, join(CODE, "../package.json"), packageFolder(SDK)];
  const flags = [
    "--permission",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${heapMiBMax}`,
    // Where packages are links (pnpm, workspaces), the permission is for the link that is followed.
    "--preserve-symlinks",
    "--preserve-symlinks-main",
    "--disallow-code-generation-from-strings",
    // Its standard error is for the day it dies.
    "--no-warnings",
  ];
  return spawn(execPath, [...flags, entry, ...strayDescriptors().map(String)], {
    cwd: CODE,
    env: {},
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
}

/**
 * Ends a process when the host is gone, even by SIGKILL. A guest's process sees the end of its pipe
 * only between two calls: without this, a guest that loops would outlive its host for ever. A shell
 * waits for the same end beside it. Where there is none, only that case is left open.
 */
export function launchSentinel(pid: number): ChildProcess {
  const script = `trap "" TERM INT HUP; read -r line; kill -9 ${pid}`;
  const sentinel = spawn("/bin/sh", ["-c", script], {
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  sentinel.once("error", () => undefined);
  return sentinel;
}

/** With a slash at its end: the permission is for the folder, not for names that begin like it. */
function packageFolder(name: string): string {
  const places = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const folder = places.map((place) => join(place, name)).find((path) => existsSync(path));
  assert(folder !== undefined, `${name} is installed with the host`);
  return join(folder, "/");
}

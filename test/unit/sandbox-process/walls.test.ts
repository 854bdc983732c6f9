import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { launchGuestProcess, PIPE } from "../../../host/src/sandbox/process/launch.ts";
import { isAlive, startProcess } from "./support.ts";

const PROBE = fileURLToPath(new URL("../../support/permission-probe.ts", import.meta.url));
const HOST = fileURLToPath(new URL("../../support/orphan-host.ts", import.meta.url));

/** Runs the probe as a guest's process is run; answers what it found. */
async function probe(): Promise<Readonly<Record<string, unknown>>> {
  const child = launchGuestProcess(64, PROBE);
  let [said, errors] = ["", ""];
  child.stdio[PIPE]?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  await once(child, "close");
  expect(errors).toBe("");
  return JSON.parse(said);
}

describe("code that broke out of its guest", () => {
  test("finds no files, programs, network, secrets or ways to make code", async () => {
    expect(await probe()).toEqual({
      environment: {},
      "read a file of the system": "ERR_ACCESS_DENIED",
      "read a file of the project": "ERR_ACCESS_DENIED",
      "write a file": "ERR_ACCESS_DENIED",
      "write to the host's code": "ERR_ACCESS_DENIED",
      "run a program": "ERR_ACCESS_DENIED",
      "start a worker": "ERR_ACCESS_DENIED",
      "load an addon": "ERR_DLOPEN_DISABLED",
      "open a connection": "ERR_ACCESS_DENIED",
      "make code from text": "EvalError",
    });
  });

  test("has as much heap as was said, and may read the host's code and nothing else", () => {
    const child = launchGuestProcess(64);
    child.kill("SIGKILL");
    expect(child.spawnargs).toContain("--max-old-space-size=64");
    expect(child.spawnargs.filter((flag) => flag.startsWith("--allow"))).toEqual([
      expect.stringMatching(/^--allow-fs-read=.*\/host\/src\/$/),
      expect.stringMatching(/^--allow-fs-read=.*\/host\/package\.json$/),
      expect.stringMatching(/^--allow-fs-read=.*\/node_modules\/@extism\/extism\/$/),
    ]);
  });
});

test.skipIf(!existsSync("/proc/self/fd"))(
  "a guest's process has its three outputs and its pipes, and no descriptor of the host",
  async () => {
    using isolated = await startProcess("echo");
    const folder = `/proc/${isolated.pid()}/fd`;
    const targets = readdirSync(folder).map((fd) => [fd, readlinkSync(join(folder, fd))] as const);
    expect(readlinkSync(join(folder, "0"))).toBe("/dev/null");
    const ours = new Set(
      readdirSync("/proc/self/fd").map((fd) => linkOf(join("/proc/self/fd", fd))),
    );
    const shared = targets.filter(([, target]) => target !== "/dev/null" && ours.has(target));
    expect(shared).toEqual([]);
  },
);

/** Undefined for a descriptor that was closed meanwhile. */
function linkOf(path: string): string | undefined {
  try {
    const target = readlinkSync(path);
    return target.startsWith("anon_inode:") ? undefined : target;
  } catch {
    return undefined;
  }
}

describe("a host that is gone leaves no process behind:", () => {
  test.each([
    ["killed while the guest is idle", "idle", "SIGKILL"],
    ["killed while the guest is in a loop", "loop", "SIGKILL"],
    ["killed while the guest waits for it", "wait", "SIGKILL"],
    ["ended by itself", "exit", undefined],
  ] as const)("%s", async (_, what, signal) => {
    const host = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", HOST, what], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line]: unknown[] = await once(host.stdout, "data");
    const pid = Number(String(line));
    expect(isAlive(pid)).toBe(true);
    const ended = once(host, "exit");
    if (signal !== undefined) host.kill(signal);
    await ended;
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });
});

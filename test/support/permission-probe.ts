/**
 * Tries, as code that broke out of its guest would, what a guest's process must not do, and sends the
 * outcomes as JSON over its pipe. Run by launchGuestProcess in the place of the real entry.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync, writeSync } from "node:fs";
import { createConnection } from "node:net";
import { Worker } from "node:worker_threads";

const PIPE = 3;

const attempts: Readonly<Record<string, () => unknown>> = {
  "read a file of the system": () => readFileSync("/etc/passwd"),
  "read a file of the project": () => readFileSync(new URL("../../package.json", import.meta.url)),
  "write a file": () => writeFileSync("/tmp/backworks-permission-probe", ""),
  "write to the host's code": () => writeFileSync(new URL("own.ts", import.meta.url), ""),
  "run a program": () => spawnSync("/bin/true").error ?? "ran",
  "start a worker": () => new Worker("", { eval: true }),
  "load an addon": () => process.dlopen({ exports: {} }, "/addon.node"),
  "open a connection": async () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    createConnection(1, "127.0.0.1")
      .on("connect", () => resolve("connected"))
      .on("error", reject);
    return promise;
  },
  // oxlint-disable-next-line no-eval -- that it is refused is the point
  "make code from text": () => (0, eval)("1"),
};

async function outcomeOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return "allowed";
  } catch (thrown) {
    const { code, name } = Object(thrown);
    return String(code ?? name);
  }
}

const outcomes: Record<string, unknown> = { environment: { ...process.env } };
for (const [what, attempt] of Object.entries(attempts)) outcomes[what] = await outcomeOf(attempt);
writeSync(PIPE, JSON.stringify(outcomes));
process.exit();

import { spawn } from "node:child_process";
import { NO_RIGHTS, type Rights } from "../../../host/src/contracts/capabilities.ts";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { fillRandom } from "../../../host/src/lib/random.ts";
import { KvStore } from "../../../host/src/sandbox/capabilities/kv/kv-store.ts";
import {
  createServices,
  type HostServices,
  type PluginServices,
} from "../../../host/src/sandbox/capabilities/services.ts";
import type { Guest } from "../../../host/src/sandbox/guest.ts";
import type { LaunchProcess } from "../../../host/src/sandbox/process/launch.ts";
import {
  createProcessGuest,
  type ProcessGuestOptions,
} from "../../../host/src/sandbox/process/process-guest.ts";
import { createTestLogger, type LogRecord } from "../../support/app.ts";
import { readGuest } from "../../support/guests.ts";
import { wat } from "../../support/wat.ts";

export type ProcessSetup = Partial<Omit<ProcessGuestOptions, "name" | "bytes">>;

/** A guest in a process, with what it logged; its process is gone when the test is over. */
export interface TestProcess extends Disposable {
  readonly guest: Guest;
  readonly records: readonly LogRecord[];
  /** Calls a hook and answers its output as Latin-1, so that every byte shows. */
  readonly call: (hook: HookName, input?: string) => Promise<string>;
  /** Of the process that was started last. */
  readonly pid: () => number;
}

/** One of test/guests. */
export async function startProcess(name: string, setup: ProcessSetup = {}): Promise<TestProcess> {
  return start(name, await readGuest(name), setup);
}

/** A guest from the text format, called `test`. */
export async function startWatProcess(
  text: string,
  setup: ProcessSetup = {},
): Promise<TestProcess> {
  return start("test", wat(text), setup);
}

/** A guest from its bytes, called `test`. */
export async function startBytes(
  bytes: Uint8Array,
  setup: ProcessSetup = {},
): Promise<TestProcess> {
  return start("test", bytes, setup);
}

async function start(name: string, bytes: Uint8Array, setup: ProcessSetup): Promise<TestProcess> {
  const { logger, records } = createTestLogger();
  const guest = await createProcessGuest({ name, bytes, config: {}, logger, ...setup });
  return {
    guest,
    records,
    call: async (hook, input = "") =>
      guest.call(hook, { head: input, body: undefined }, (output) => output.toString("latin1")),
    pid: () => Number(records.findLast((record) => record["pid"] !== undefined)?.["pid"]),
    [Symbol.dispose]: () => guest.close(),
  };
}

const HOST: HostServices = {
  store: () => new KvStore({ file: ":memory:", clock: systemClock }),
  clock: systemClock,
  fillRandom,
  findCallee: () => undefined,
};

/** What stands behind a plugin's rights; gone when the test is over. */
export function createTestServices(
  rights: Partial<Rights>,
  host: Partial<HostServices> = {},
): PluginServices {
  return createServices({ ...NO_RIGHTS, ...rights }, { ...HOST, ...host });
}

/**
 * A process that runs these lines of JavaScript instead of a guest: `say(kind, bytes)` and `listen()` are
 * its pipe, `answer()` waits for one.
 */
export function launchScript(lines: string): LaunchProcess {
  const script = `
    const { readSync, writeSync } = require("node:fs");
    const say = (kind, bytes) => {
      const head = Buffer.alloc(5);
      head.writeUInt32LE(bytes.length);
      head[4] = kind;
      writeSync(3, Buffer.concat([head, bytes]));
    };
    const listen = () => readSync(3, Buffer.alloc(65536));
    const answer = () => readSync(4, Buffer.alloc(65536));
    ${lines}`;
  return () =>
    spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"] });
}

/** Whether a process is there. A zombie is not: its parent only has not asked for its exit yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

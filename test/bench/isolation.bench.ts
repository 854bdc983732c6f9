import { equal } from "node:assert/strict";
import { createLogger } from "../../host/src/lib/logger.ts";
import { compileModule } from "../../host/src/sandbox/compile.ts";
import { createGuest, type Guest } from "../../host/src/sandbox/guest.ts";
import { createProcessGuest } from "../../host/src/sandbox/process/process-guest.ts";
import { readGuest } from "../support/guests.ts";
import { compare, type Contender, type Measure } from "./support.ts";

const HOOK = "process_endpoint";
const TEXT = "METAR EDDF 121150Z 24015G27KT 9999 ".repeat(10).slice(0, 300);
const INPUT = { head: TEXT, body: undefined };
const AT_ONCE = 32;

/** What a process of its own costs: a call of 300 bytes in and out, alone and in a crowd, and a start. */
export async function run(): Promise<readonly Measure[]> {
  const isolated = await startIsolated();
  const shared = await startShared();
  for (const guest of [isolated, shared]) equal(await echo(guest), TEXT);
  const measures = [
    await inUnits("300 B", 1000, [alone("process", isolated), alone("shared", shared)]),
    await inUnits("300 B, 32 at once", 1000, [crowd("process", isolated), crowd("shared", shared)]),
    await inUnits("start", 1e6, [starts("process", startIsolated), starts("shared", startShared)]),
  ];
  isolated.close();
  return measures.flat();
}

async function inUnits(
  metric: string,
  divisor: 1000 | 1e6,
  contenders: readonly Contender[],
): Promise<Measure[]> {
  const measures = await compare({ bench: "isolation", metric }, contenders);
  const unit = divisor === 1000 ? "µs" : "ms";
  return measures.map((measure) => ({ ...measure, value: measure.value / divisor, unit }));
}

const logger = createLogger({ level: "silent", destination: { write: () => undefined } });
const bytes = await readGuest("echo");

async function startIsolated(): Promise<Guest> {
  return createProcessGuest({ name: "echo", bytes, config: {}, logger });
}

async function startShared(): Promise<Guest> {
  return createGuest({ name: "echo", module: await compileModule(bytes), config: {}, logger });
}

function echo(guest: Guest): string | Promise<string> {
  return guest.call(HOOK, INPUT, (output) => output.toString("utf8"));
}

function alone(name: string, guest: Guest): Contender {
  return {
    name,
    repeat: async (times) => {
      for (let time = 0; time < times; time++) await echo(guest);
    },
  };
}

/** As many calls in flight as a busy server has; the figure is that of one. */
function crowd(name: string, guest: Guest): Contender {
  return {
    name,
    repeat: async (times) => {
      let left = times;
      const work = async (): Promise<void> => {
        while (left-- > 0) await echo(guest);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    },
  };
}

function starts(name: string, start: () => Promise<Guest>): Contender {
  return {
    name,
    repeat: async (times) => {
      for (let time = 0; time < times; time++) (await start()).close();
    },
  };
}

import { equal } from "node:assert/strict";
import { KV_DEFAULTS, NO_RIGHTS } from "../../host/src/contracts/capabilities.ts";
import { systemClock } from "../../host/src/lib/clock.ts";
import { createLogger } from "../../host/src/lib/logger.ts";
import { fillRandom } from "../../host/src/lib/random.ts";
import { KvStore } from "../../host/src/sandbox/capabilities/kv/kv-store.ts";
import {
  createServices,
  type PluginServices,
} from "../../host/src/sandbox/capabilities/services.ts";
import { compileModule } from "../../host/src/sandbox/compile.ts";
import { createGuest, type Guest } from "../../host/src/sandbox/guest.ts";
import { createProcessGuest } from "../../host/src/sandbox/process/process-guest.ts";
import { readGuest } from "../support/guests.ts";
import { compare, type Contender, type Measure } from "./support.ts";

const HOOK = "process_endpoint";
const TEXT = "METAR EDDF 121150Z 24015G27KT 9999 ".repeat(10).slice(0, 300);
const AT_ONCE = 32;

const KEY = "EDDF";

/** A guest and what it is called with. */
interface Called {
  readonly guest: Guest;
  readonly input: string;
}

/**
 * What a process of its own costs: a call of 300 bytes in and out, alone and in a crowd, the same with a
 * question to the host (300 bytes from kv), and a start.
 */
export async function run(): Promise<readonly Measure[]> {
  const echo = { isolated: await startIsolated(), shared: await startShared() };
  const store = createStore();
  const kv = { isolated: await startIsolated(store), shared: await startShared(store) };
  const pairs = [
    { metric: "300 B", input: TEXT, ...echo },
    { metric: "one kv get", input: KEY, ...kv },
  ];
  const measures: Measure[][] = [];
  for (const { metric, input, isolated, shared } of pairs) {
    const [ours, theirs] = [
      { guest: isolated, input },
      { guest: shared, input },
    ];
    for (const called of [ours, theirs]) equal(await call(called), TEXT);
    measures.push(
      await inUnits(metric, 1000, [alone("process", ours), alone("shared", theirs)]),
      await inUnits(`${metric}, 32 at once`, 1000, [
        crowd("process", ours),
        crowd("shared", theirs),
      ]),
    );
  }
  measures.push(
    await inUnits("start", 1e6, [starts("process", startIsolated), starts("shared", startShared)]),
  );
  for (const { isolated } of pairs) isolated.close();
  store[Symbol.dispose]();
  return measures.flat();
}

/** A plugin's services, with a value in its namespace. */
function createStore(): PluginServices {
  const namespace = "echo";
  const services = createServices(
    { ...NO_RIGHTS, kv: { ...KV_DEFAULTS, namespace } },
    {
      store: () => new KvStore({ file: ":memory:", clock: systemClock }),
      clock: systemClock,
      fillRandom,
      findCallee: () => undefined,
    },
  );
  services.kv?.set(KEY, Buffer.from(TEXT));
  return services;
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
const echoBytes = await readGuest("echo");
const kvBytes = await readGuest("kv-get");

/** With services, one that asks for a value; without, one that answers its input. */
async function startIsolated(services?: PluginServices): Promise<Guest> {
  const options = { name: "echo", config: {}, logger };
  return services === undefined
    ? createProcessGuest({ ...options, bytes: echoBytes })
    : createProcessGuest({ ...options, bytes: kvBytes, services });
}

async function startShared(services?: PluginServices): Promise<Guest> {
  const options = { name: "echo", config: {}, logger };
  return services === undefined
    ? createGuest({ ...options, module: await compileModule(echoBytes) })
    : createGuest({ ...options, module: await compileModule(kvBytes), services });
}

function call({ guest, input }: Called): string | Promise<string> {
  const parts = { head: input, body: undefined };
  return guest.call(HOOK, parts, (output) => output.toString("utf8"));
}

function alone(name: string, called: Called): Contender {
  return {
    name,
    repeat: async (times) => {
      for (let time = 0; time < times; time++) await call(called);
    },
  };
}

/** As many calls in flight as a busy server has; the figure is that of one. */
function crowd(name: string, called: Called): Contender {
  return {
    name,
    repeat: async (times) => {
      let left = times;
      const work = async (): Promise<void> => {
        while (left-- > 0) await call(called);
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

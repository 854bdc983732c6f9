import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createLogger } from "../../host/src/lib/logger.ts";
import { compileModule } from "../../host/src/sandbox/compile.ts";
import { createGuest, type Guest } from "../../host/src/sandbox/guest.ts";
import { readGuest } from "../support/guests.ts";
import type { Measure } from "./support.ts";

const CPU_MS = 5000;
const TICK_MS = 1;
const BETWEEN_REQUESTS_MS = 2;

interface Seen {
  /** How late a timer of one millisecond was at worst. */
  readonly lagMs: number;
  /** 99th of 100 answers of a server in the same process. */
  readonly p99Ms: number;
}

/**
 * Five seconds of a guest's computing on the event loop that answers requests, against the same five
 * seconds without it; and what the worst of guests make the loop wait when they are not sliced.
 */
export async function run(): Promise<readonly Measure[]> {
  const alone = await observe(async () => sleep(CPU_MS));
  const sliced = await observe(async () => {
    const guest = await start("spin", { fuel: Number.MAX_SAFE_INTEGER, timeMs: CPU_MS });
    await expectCode(guest, "guest_timed_out");
  });
  const measures = [
    measure("event-loop lag", sliced.lagMs, "alone", alone.lagMs),
    measure("p99 of others", sliced.p99Ms, "alone", alone.p99Ms),
  ];
  for (const name of ["spin", "bulk-fill", "alloc-free", "host-calls", "table-grow"]) {
    const { lagMs } = await observe(async () => {
      const guest = await start(name, undefined);
      await sleep(50);
      await expectCode(guest, "guest_fuel_exhausted");
      await sleep(50);
    });
    measures.push(measure(`lag of ${name}`, lagMs, "alone", alone.lagMs));
  }
  return measures;
}

async function start(
  name: string,
  call: { readonly fuel: number; readonly timeMs: number } | undefined,
): Promise<Guest> {
  const logger = createLogger({ level: "silent", destination: { write: () => undefined } });
  const module = await compileModule(await readGuest(name));
  return createGuest({ name, module, config: {}, logger, limits: call && { call } });
}

async function expectCode(guest: Guest, code: string): Promise<void> {
  try {
    await guest.call("before_request", { head: "", body: undefined }, String);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === code) return;
    throw error;
  }
  throw new Error(`${guest.name} was expected to end with ${code}`);
}

async function observe(work: () => Promise<void>): Promise<Seen> {
  const server = createServer((_, response) => response.end("ok")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  const { port } = server.address() as AddressInfo;
  const took: number[] = [];
  const ask = async (): Promise<void> => {
    const startMs = performance.now();
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
    took.push(performance.now() - startMs);
  };
  for (let warmUp = 0; warmUp < 200; warmUp++) await ask();
  took.length = 0;
  const done = new AbortController();
  let lagMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lagMs = Math.max(lagMs, now - last - TICK_MS);
    last = now;
  }, TICK_MS);
  const asking = (async () => {
    while (!done.signal.aborted) {
      await ask();
      await sleep(BETWEEN_REQUESTS_MS);
    }
  })();
  await work();
  done.abort();
  await asking;
  clearInterval(timer);
  server.close();
  server.closeAllConnections();
  const sorted = took.toSorted((a, b) => a - b);
  return { lagMs, p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? NaN };
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function measure(metric: string, value: number, against: string, other: number): Measure {
  return { bench: "slices", metric, value, unit: "ms", against, ratio: value / other };
}

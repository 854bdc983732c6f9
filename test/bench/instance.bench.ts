import { createLogger } from "../../host/src/lib/logger.ts";
import { compileModule, type CompiledModule } from "../../host/src/sandbox/compile.ts";
import { createGuest, type Guest } from "../../host/src/sandbox/guest.ts";
import { readGuest } from "../support/guests.ts";
import { buildSource } from "../support/plugins.ts";
import { compare, median, type Contender, type Measure } from "./support.ts";

const LIVE = 5000;
const LIVE_FULL = 200;

/** What an instance takes: time to make one, and memory while it lives. */
export async function run(): Promise<readonly Measure[]> {
  const echo = await compileModule(await readGuest("echo"));
  const { bytes } = await buildSource(
    `import { type Request } from "@backworks/pdk";
export function beforeRequest(request: Request): void { request.setHeader("x-added", "1"); }`,
    { before_request: {} },
  );
  const full = await compileModule(bytes);
  return [
    ...(
      await compare({ bench: "instance", metric: "create" }, [
        creating("backworks", echo),
        bare("bare WebAssembly.Instance"),
      ])
    ).map((measure) => ({ ...measure, value: measure.value / 1000, unit: "µs" })),
    ...(await recycle("echo", echo)),
    ...(await recycle("full", full)),
    await live("RSS", echo, LIVE),
    await live("RSS full", full, LIVE_FULL),
  ];
}

function creating(name: string, module: CompiledModule): Contender {
  return {
    name,
    repeat: async (times) => {
      for (let time = 0; time < times; time++) (await start(module)).close();
    },
  };
}

/** The least there can be: a module without imports, instantiated. */
function bare(name: string): Contender {
  const module = new WebAssembly.Module(
    Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1]),
  );
  return {
    name,
    repeat: (times) => {
      let last: WebAssembly.Instance | undefined;
      for (let time = 0; time < times; time++) last = new WebAssembly.Instance(module);
      return last;
    },
  };
}

/** The call after a trap: a new instance, and the call. */
async function recycle(metric: string, module: CompiledModule): Promise<Measure[]> {
  const guest = await start(module, 1);
  const head = 'GET / HTTP/1.1\n:id: "1"\n:route: "r"\n:client: "c"\n\n';
  const call = async (): Promise<void> => {
    await guest.call("before_request", { head, body: undefined }, () => undefined);
  };
  const took: number[] = [];
  for (let time = 0; time < 500; time++) {
    const startMs = performance.now();
    await call();
    took.push((performance.now() - startMs) * 1000);
  }
  guest.close();
  const value = median(took.slice(100));
  return [
    {
      bench: "instance",
      metric: `new ${metric} and a call`,
      value,
      unit: "µs",
      against: "promised p99",
      ratio: value / 1000,
    },
  ];
}

/** Resident memory of each of so many that live at once. */
async function live(metric: string, module: CompiledModule, count: number): Promise<Measure> {
  const guests: Guest[] = [await start(module)];
  const before = process.memoryUsage().rss;
  for (let index = 1; index < count; index++) guests.push(await start(module));
  const value = (process.memoryUsage().rss - before) / (count - 1);
  for (const guest of guests) guest.close();
  return {
    bench: "instance",
    metric,
    value,
    unit: "bytes",
    against: "a page of wasm",
    ratio: value / 65_536,
  };
}

async function start(module: CompiledModule, recycleCalls?: number): Promise<Guest> {
  const logger = createLogger({ level: "silent", destination: { write: () => undefined } });
  const limits = recycleCalls === undefined ? {} : { recycleCalls };
  return createGuest({ name: "bench", module, config: {}, logger, limits });
}

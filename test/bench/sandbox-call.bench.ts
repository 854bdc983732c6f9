import { equal } from "node:assert/strict";
import { createPlugin } from "@extism/extism";
import { Kernel } from "../../host/src/abi/kernel.ts";
import { EXTISM_NAMESPACE } from "../../host/src/abi/v1.ts";
import { PluginStats } from "../../host/src/executor/plugin-stats.ts";
import { createLogger } from "../../host/src/lib/logger.ts";
import type { ObserveCall } from "../../host/src/sandbox/call-meter.ts";
import { compileModule } from "../../host/src/sandbox/compile.ts";
import { createGuest } from "../../host/src/sandbox/guest.ts";
import { readGuest } from "../support/guests.ts";
import { compare, type Contender, type Measure } from "./support.ts";

const HOOK = "process_endpoint";
const SIZES = [
  ["300 B", 300],
  ["2 KB", 2048],
] as const;

interface Echo extends Contender {
  readonly echo: () => unknown;
}

/** One call of an echo guest, text in and text out: what a hook costs before it does anything. */
export async function run(): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  for (const [metric, bytes] of SIZES) {
    const text = inputOf(bytes);
    const [plain, bare] = [await ours(text), await lean(text)];
    const contenders = [plain, await raw(text), bare, await sdk(text)];
    const stats = new PluginStats("echo");
    const observing = await ours(text, (record) => stats.record(record));
    const observed = { ...observing, name: "backworks, figures kept" };
    for (const { name, echo } of [...contenders, observed]) {
      equal(await echo(), text, `${name} echoes`);
    }
    measures.push(...(await compare({ bench: "sandbox-call", metric }, contenders)));
    const what = { bench: "sandbox-call", metric: `${metric}, figures kept` };
    measures.push(...(await compare(what, [observed, bare, plain])));
  }
  return measures;
}

function inputOf(bytes: number): string {
  const head = `POST /weather/metar\n:id: "0123456789abcdef0123456789abcdef"\n\n`;
  return (head + "METAR EDDF 121150Z 24015G27KT 9999 ".repeat(100)).slice(0, bytes);
}

/** The call path of the host. */
async function ours(text: string, onCall?: ObserveCall): Promise<Echo> {
  const logger = createLogger({ level: "silent", destination: { write: () => undefined } });
  const module = await compileModule(await readGuest("echo"));
  const guest = await createGuest({
    name: "echo",
    module,
    config: {},
    logger,
    ...(onCall && { onCall }),
  });
  const input = { head: text, body: undefined };
  const echo = () => guest.call(HOOK, input, (output) => output.toString("utf8"));
  return { name: "backworks", echo, repeat: (times) => repeat(echo, times) };
}

/** The export and nothing else: input stays where it is, output is not looked at. */
async function raw(text: string): Promise<Echo> {
  const { kernel, entry } = await instantiate();
  kernel.begin(text, undefined, text.length);
  const echo = () => {
    entry();
    return kernel.readOutput((output) => output.toString("utf8"));
  };
  // The heap begins anew, or it would be full soon.
  kernel.begin(text, undefined, text.length);
  return {
    name: "raw",
    echo,
    repeat: (times) => {
      for (let time = 0; time < times; time++) {
        if (time % 1000 === 0) kernel.begin(text, undefined, text.length);
        entry();
      }
    },
  };
}

/** Kernel and export without the SDK, a pool, traps and limits. */
async function lean(text: string): Promise<Echo> {
  const { kernel, entry } = await instantiate();
  const echo = () => {
    kernel.begin(text, undefined, text.length);
    entry();
    return kernel.readOutput((output) => output.toString("utf8"));
  };
  return { name: "lean", echo, repeat: (times) => repeat(echo, times) };
}

/** The SDK as its documentation shows it. */
async function sdk(text: string): Promise<Echo> {
  const plugin = await createPlugin({ wasm: [{ data: await readGuest("echo") }] });
  const echo = async () => (await plugin.call(HOOK, text))?.text();
  return {
    name: "extism-sdk",
    echo,
    repeat: async (times) => {
      for (let time = 0; time < times; time++) await echo();
    },
  };
}

async function instantiate(): Promise<{ kernel: Kernel; entry: () => unknown }> {
  const kernel = new Kernel();
  const module = await WebAssembly.compile(await readGuest("echo"));
  const imports = { [EXTISM_NAMESPACE]: { ...kernel.functions } };
  const entry = (await WebAssembly.instantiate(module, imports)).exports[HOOK];
  if (typeof entry !== "function") throw new TypeError("the echo guest lacks its hook");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the guest is ours
  return { kernel, entry: entry as () => unknown };
}

/** Now and then a call waits for a new instance. */
async function repeat(work: () => unknown, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const result = work();
    if (result instanceof Promise) await result;
  }
}

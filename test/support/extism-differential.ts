import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WASI } from "node:wasi";
import { createPlugin, type ExtismPluginOptions, type Plugin } from "@extism/extism";
import { expect } from "vitest";
import { WASI_NAMES, WASI_SIGNATURES } from "../../host/src/abi/wasi.ts";
import { WASI_NAMESPACE } from "../../host/src/abi/v1.ts";
import { HTTP_DEFAULTS, NO_RIGHTS } from "../../host/src/contracts/capabilities.ts";
import type { HookName } from "../../host/src/contracts/hooks.ts";
import { systemClock } from "../../host/src/lib/clock.ts";
import { BackworksError } from "../../host/src/lib/errors.ts";
import { LOG_LEVELS, type LogLevel } from "../../host/src/lib/log-level.ts";
import { parseOrigin } from "../../host/src/lib/origin.ts";
import { fillRandom } from "../../host/src/lib/random.ts";
import {
  createServices,
  type PluginServices,
} from "../../host/src/sandbox/capabilities/services.ts";
import { compileModule } from "../../host/src/sandbox/compile.ts";
import { createGuest, type Guest } from "../../host/src/sandbox/guest.ts";
import { createProcessGuest } from "../../host/src/sandbox/process/process-guest.ts";
import { TestFolder } from "./folder.ts";
import { readGuest } from "./guests.ts";
import { recordLogs } from "./log-records.ts";
import { wat } from "./wat.ts";

/**
 * How one call ended. Outputs are Latin-1, so that every byte shows. The SDK has no words of its own
 * for a guest that traps: the reason is V8's, and ours has to keep it.
 */
export type Outcome =
  | { readonly kind: "output"; readonly output: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "trapped"; readonly reason: string };

export interface ExtismSetup {
  readonly config?: Readonly<Record<string, string>>;
  readonly logLevel?: LogLevel | "silent";
  /** Origins that http_request may reach. */
  readonly allow?: readonly string[];
}

/** A guest somewhere: under the SDK's own kernel, or in our sandbox. */
export interface ExtismRuntime extends AsyncDisposable {
  readonly call: (hook: HookName, input?: string | Uint8Array) => Promise<Outcome>;
  /** Level and text of all that was logged so far. */
  readonly logs: readonly (readonly [level: string, text: string])[];
}

/** One call of a guest, and what it comes to in every runtime. */
export interface ConformanceCase {
  readonly says: string;
  /** A file of test/guests. */
  readonly guest: string;
  readonly hook: HookName;
  readonly input?: string;
  readonly setup?: ExtismSetup;
  readonly outcome: Outcome;
  readonly logs?: ExtismRuntime["logs"];
}

export async function expectCase(
  start: typeof startOnBackworks,
  { guest, hook, input, setup, outcome, logs = [] }: ConformanceCase,
): Promise<void> {
  await using runtime = await start(await readGuest(guest), setup);
  expect(await runtime.call(hook, input)).toEqual(outcome);
  expect(runtime.logs).toEqual(logs);
}

/** Both of them, ours first. */
export const RUNTIMES: readonly (readonly [name: string, start: typeof startOnBackworks])[] = [
  ["our sandbox", startOnBackworks],
  ["the SDK's own kernel", startOnSdk],
];

export const output = (text: string): Outcome => ({ kind: "output", output: text });
export const failed = (reason: string): Outcome => ({ kind: "failed", reason });
export const trapped = (reason: string): Outcome => ({ kind: "trapped", reason });

/** What a guest that stores words of 64 bits puts out. */
export function words(...values: readonly (bigint | number)[]): Outcome {
  return output(Buffer.from(BigUint64Array.from(values.map(BigInt)).buffer).toString("latin1"));
}

/** The same of 32 bits. */
export function halfWords(...values: readonly number[]): Outcome {
  return output(Buffer.from(Uint32Array.from(values).buffer).toString("latin1"));
}

export async function startOnBackworks(
  bytes: Uint8Array,
  { config = {}, logLevel = "silent", allow = [] }: ExtismSetup = {},
): Promise<ExtismRuntime> {
  const { logger, records } = recordLogs(logLevel);
  const services = allow.length === 0 ? undefined : serve(allow);
  const module = await compileModule(bytes);
  const given = { name: "test", module, config: { ...config }, logger };
  const guest = await createGuest({ ...given, ...(services && { services }) });
  return toRuntime(guest, services, records);
}

/** The same sandbox in a process of its own. */
export async function startInProcess(
  bytes: Uint8Array,
  { config = {}, logLevel = "silent", allow = [] }: ExtismSetup = {},
): Promise<ExtismRuntime> {
  const { logger, records } = recordLogs(logLevel);
  const services = serve(allow);
  const given = { name: "test", bytes, config: { ...config }, logger, services };
  return toRuntime(await createProcessGuest(given), services, records);
}

function toRuntime(
  guest: Guest,
  services: PluginServices | undefined,
  records: ExtismRuntime["logs"],
): ExtismRuntime {
  return {
    logs: records,
    call: async (hook, input = "") => {
      const body = Buffer.from(input);
      try {
        const text = await guest.call(hook, { head: "", body }, (sent) => sent.toString("latin1"));
        return output(text);
      } catch (thrown) {
        return outcomeOf(thrown);
      }
    },
    [Symbol.asyncDispose]: async () => {
      guest.close();
      services?.[Symbol.dispose]();
    },
  };
}

function serve(allow: readonly string[]): PluginServices {
  const origins = allow.flatMap((text) => parseOrigin(text) ?? []);
  const http = { ...HTTP_DEFAULTS, allow: origins, asked: origins, private: true };
  const host = {
    store: () => {
      throw new Error("no guest here keeps values");
    },
    clock: systemClock,
    fillRandom,
    findCallee: () => undefined,
  };
  return createServices({ ...NO_RIGHTS, http }, host);
}

function outcomeOf(thrown: unknown): Outcome {
  if (!(thrown instanceof BackworksError)) throw thrown;
  if (thrown.code === "guest_trapped") return trapped(String(thrown.details["reason"]));
  if (thrown.code !== "guest_failed") throw thrown;
  return failed(thrown.message.replace(/^.*? failed: /s, ""));
}

/**
 * The guest as the SDK's documentation has it run, with no function of ours. Its `useWasi` can end
 * the process (it leaves a FileHandle to the garbage collector), so WASI is Node's own, linked by name.
 */
export async function startOnSdk(
  bytes: Uint8Array,
  { config = {}, logLevel = "silent", allow = [] }: ExtismSetup = {},
): Promise<ExtismRuntime> {
  const logs: [string, string][] = [];
  const isWasi = importsWasi(bytes);
  const folder = await TestFolder.create({ stdout: "" });
  const file = join(folder.path, "stdout");
  const stdout = openSync(file, "w");
  const wasi = new WASI({ version: "preview1", stdin: stdout, stdout, stderr: stdout });
  const plugin = await createPlugin(
    {
      wasm: [
        ...(isWasi ? [{ name: WASI_NAMESPACE, data: wasiLinks() }] : []),
        { name: "main", data: Uint8Array.from(bytes) },
      ],
    },
    {
      config: { ...config },
      logLevel,
      logger: loggerInto(logs),
      allowedHosts: allow.map((origin) => new URL(origin).hostname),
      allowHttpResponseHeaders: true,
      functions: isWasi ? { [NODE_WASI]: unbind(wasi) } : {},
    },
  );
  if (isWasi) await giveMemory(wasi, plugin);
  return {
    get logs() {
      return [...logs, ...linesOf(file)];
    },
    call: async (hook, input = "") => callOnSdk(plugin, hook, input),
    [Symbol.asyncDispose]: async () => {
      await plugin.close();
      closeSync(stdout);
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function callOnSdk(
  plugin: Plugin,
  hook: HookName,
  input: string | Uint8Array,
): Promise<Outcome> {
  try {
    // The SDK makes the given bytes themselves the guest's input: it may write to them.
    const given = typeof input === "string" ? input : Uint8Array.from(input);
    const answer = await plugin.call(hook, given);
    return output(Buffer.from(answer?.bytes() ?? []).toString("latin1"));
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const [, reason] = /^Plugin-originated error: (.*)$/s.exec(message) ?? [];
    return reason === undefined ? trapped(message) : failed(reason);
  }
}

function loggerInto(logs: [string, string][]): NonNullable<ExtismPluginOptions["logger"]> {
  const write = (level: LogLevel) => (text: string) => void logs.push([level, text]);
  const logger = Object.fromEntries(LOG_LEVELS.map((level) => [level, write(level)]));
  return logger as unknown as NonNullable<ExtismPluginOptions["logger"]>;
}

const NODE_WASI = "node:wasi";

function importsWasi(bytes: Uint8Array): boolean {
  const module = new WebAssembly.Module(Uint8Array.from(bytes));
  return WebAssembly.Module.imports(module).some((each) => each.module === WASI_NAMESPACE);
}

/** A module that exports what it imports: the SDK takes WASI from nothing but a linked module. */
function wasiLinks(): Uint8Array<ArrayBuffer> {
  const functions = WASI_NAMES.map((name) => {
    const params = Array.from(WASI_SIGNATURES[name], (letter) => (letter === "l" ? "i64" : "i32"));
    const result = name === "proc_exit" ? "" : "(result i32)";
    const type = `(param ${params.join(" ")}) ${result}`;
    return `(func (export "${name}") (import "${NODE_WASI}" "${name}") ${type})`;
  });
  return wat(`(module ${functions.join("\n")})`);
}

/** The SDK puts its context before the parameters of every function. */
function unbind(wasi: WASI): Record<string, (context: unknown, ...rest: unknown[]) => unknown> {
  const { wasiImport } = wasi as unknown as { wasiImport: Record<string, () => unknown> };
  const entries = Object.entries(wasiImport).map(
    ([name, work]) =>
      [name, (_: unknown, ...rest: unknown[]) => Reflect.apply(work, wasiImport, rest)] as const,
  );
  return Object.fromEntries(entries);
}

/** As the SDK does it itself, once `_initialize` has run. */
async function giveMemory(wasi: WASI, plugin: Plugin): Promise<void> {
  const { memory } = (await plugin.getInstance()).exports;
  wasi.initialize({ exports: { memory } });
}

/** Ours logs what a guest writes to stdout, a line a record. */
function linesOf(file: string): (readonly [string, string])[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => ["info", line] as const);
}

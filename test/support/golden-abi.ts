import { Buffer, isUtf8 } from "node:buffer";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import type { FrameParts } from "../../host/src/abi/exchange-frame.ts";
import type { Exchange } from "../../host/src/contracts/exchange.ts";
import { HOOKS, isExchangeHookName, type HookName } from "../../host/src/contracts/hooks.ts";
import type { Json, JsonObject } from "../../host/src/contracts/json.ts";
import { assert } from "../../host/src/lib/assert.ts";
import type { BackworksError } from "../../host/src/lib/errors.ts";
import { checkPluginBytes, type CheckedPlugin } from "../../host/src/plugins/check.ts";
import { callExchange, callHook, type HookResult } from "../../host/src/workbench/call-hook.ts";
import { Doubles, type DoubleOptions } from "../../host/src/workbench/doubles/doubles.ts";
import { wireBytes } from "../../host/src/workbench/doubles/tcp-double.ts";
import {
  makeExchange,
  type ReplySpec,
  type RequestSpec,
} from "../../host/src/workbench/exchange-spec.ts";
import { openPlugin } from "../../host/src/workbench/open-plugin.ts";
import { CallNotes } from "./golden-abi-notes.ts";

/** Modules that are never rebuilt: test/golden/abi/README.md says what is in calls.yaml. */
export const GOLDEN: URL = new URL("../golden/abi/", import.meta.url);

/** Text, or `{ "hex": "00 ff" }`. */
type GoldenBytes = string | { readonly hex: string };

/** What one new instance is called with, and all that is to come of it. */
export interface GoldenCase {
  readonly name: string;
  readonly config?: JsonObject;
  readonly world?: DoubleOptions;
  /** What hooks of exchanges are called with that name none of their own. */
  readonly exchange?: GoldenExchange;
  readonly calls: readonly GoldenCall[];
  /** What the world has seen when they are over; of an object, only the members that stand here. */
  readonly seen?: JsonObject;
}

export interface GoldenCall extends GoldenOutcome {
  readonly hook: HookName;
  /** Default: empty. */
  readonly input?: GoldenBytes;
  /** What the input is the frame of. */
  readonly exchange?: GoldenExchange;
}

interface GoldenExchange {
  readonly request: RequestSpec;
  readonly response?: ReplySpec;
}

/** Whatever is left out did not come about. */
export interface GoldenOutcome {
  /** Left out: empty. */
  readonly output?: GoldenBytes;
  readonly fails?: { readonly code: string; readonly reason?: string };
  /** `info: hello` */
  readonly logs?: readonly string[];
  /** `bw_kv_get("key") = "value"` */
  readonly asks?: readonly string[];
  /** What the host makes of the exchange. */
  readonly becomes?: Json;
}

export const MODULES: readonly string[] = readdirSync(GOLDEN, { withFileTypes: true })
  .filter((entry) => existsSync(new URL(`${entry.name}/calls.yaml`, GOLDEN)))
  .map(({ name }) => name)
  .toSorted();

export function readCases(module: string): readonly GoldenCase[] {
  return parse(readFileSync(new URL(`${module}/calls.yaml`, GOLDEN), "utf8")) as GoldenCase[];
}

/** Checks the module as a host does that loads it. */
export async function readModule(module: string): Promise<CheckedPlugin> {
  const file = new URL(`${module}/${module}.wasm`, GOLDEN);
  const packed = new URL(`${file.href}.gz`);
  const bytes = existsSync(packed) ? gunzipSync(readFileSync(packed)) : readFileSync(file);
  return checkPluginBytes(bytes, file.pathname);
}

/**
 * `frozen`: with the frames of calls.yaml, which 1.0 has printed. `today`: with those that the host
 * prints now of the same exchanges.
 */
export type Frames = "frozen" | "today";

export interface Played {
  readonly outcomes: readonly GoldenOutcome[];
  readonly seen: JsonObject;
}

/** Calls the module in the real sandbox as the case says. */
export async function playCase(
  plugin: CheckedPlugin,
  given: GoldenCase,
  frames: Frames,
): Promise<Played> {
  const { config = {}, world, calls } = given;
  const { name, capabilities } = plugin.manifest;
  using doubles = new Doubles(name, capabilities, world);
  const notes = new CallNotes();
  const { clock, grants } = doubles;
  const host = { ...doubles.host, fillRandom: countUp() };
  const tape = {
    services: notes.services,
    clock: () => clock,
    fillRandom: () => host.fillRandom,
  };
  using opened = openPlugin(plugin, { config, grants, host, tape });
  const outcomes: GoldenOutcome[] = [];
  for (const call of calls) {
    const { hook } = call;
    const exchange = frames === "today" ? exchangeOf(given, call) : undefined;
    const result =
      exchange !== undefined && isExchangeHookName(hook)
        ? await callExchange(opened, hook, exchange)
        : await callHook(opened, hook, partsOf(call));
    const isDone =
      exchange !== undefined && result.error === undefined && HOOKS[hook].output !== "nothing";
    const becomes = isDone && { becomes: describe(exchange, exchangeOf(given, call)?.context) };
    outcomes.push({ ...outcomeOf(result, notes.take()), ...becomes });
  }
  return { outcomes, seen: describeWorld(doubles) };
}

/** What is expected of `frames`, in the form of what `playCase` finds. */
export function expectedOf({ calls }: GoldenCase, frames: Frames): readonly GoldenOutcome[] {
  return calls.map(({ output = "", fails, logs = [], asks = [], becomes }) => {
    const isMade = frames === "today" && becomes !== undefined;
    return { ...(fails ? { fails } : { output }), logs, asks, ...(isMade && { becomes }) };
  });
}

/** The exchange that a call is about. */
export function exchangeOf(given: GoldenCase, call: GoldenCall): Exchange | undefined {
  const spec = call.exchange ?? given.exchange;
  if (spec === undefined || !isExchangeHookName(call.hook)) return undefined;
  const sees = HOOKS[call.hook].input === "response" ? spec.response : undefined;
  return makeExchange(spec.request, sees);
}

/** Random bytes of golden modules: 0, 1, 2, … */
function countUp(): (bytes: Uint8Array) => void {
  let next = 0;
  return (bytes) => {
    for (let at = 0; at < bytes.length; at++) bytes[at] = next++;
  };
}

function partsOf({ input = "" }: GoldenCall): FrameParts {
  return { head: "", body: wireBytes(input) };
}

function outcomeOf({ output, error, logs }: HookResult, asks: readonly string[]): GoldenOutcome {
  return {
    ...(error ? { fails: describeError(error) } : { output: toGolden(output) }),
    logs: logs.map(({ level, text }) => `${level}: ${text}`),
    asks,
  };
}

/** The host's own sentences may change; what a guest gave as its reason, in its first line, may not. */
function describeError({ code, message }: BackworksError): NonNullable<GoldenOutcome["fails"]> {
  const [, reason] = / failed: ([^]*)$/.exec(message) ?? [];
  return code === "guest_failed" ? { code, reason: reason?.split("\n")[0] ?? "" } : { code };
}

function toGolden(output: Uint8Array | undefined): GoldenBytes {
  assert(output !== undefined, "what does not fail has an output");
  return readable(output) ?? { hex: printHex(output) };
}

function printHex(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replaceAll(/(..)(?=.)/g, "$1 ");
}

function readable(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes).toString();
  return /^[\t\n\x20-\x7e\u00a0-\uffff]*$/.test(text) ? text : undefined;
}

/** What the next one sees: the response, or else the request, and the context that is new. */
function describe({ request, response, context }: Exchange, before?: Exchange["context"]): Json {
  const { method, target } = request;
  const provided = [...context].filter(([key, json]) => before?.get(key) !== json);
  return {
    ...(response === undefined
      ? { method, target, ...describeMessage(request) }
      : { status: response.status, ...describeMessage(response) }),
    ...(provided.length > 0 && {
      context: Object.fromEntries(provided.map(([key, json]) => [key, JSON.parse(json)])),
    }),
  };
}

function describeMessage({
  headers,
  body,
}: Pick<Exchange["request"], "headers" | "body">): JsonObject {
  return { headers: headers.map(([name, value]) => `${name}: ${value}`), body: toGolden(body) };
}

function describeWorld(doubles: Doubles): JsonObject {
  const { http, sql, tcp, published, misses } = doubles;
  const world = {
    http: http.requests,
    sql: sql.statements,
    tcp: tcp.traffic.map((each) => ({ ...each, bytes: toGolden(each.bytes) })),
    events: published.map((each) => ({ ...each, payload: toGolden(each.payload) })),
    misses: misses.take(),
  };
  return JSON.parse(JSON.stringify(world)) as JsonObject;
}

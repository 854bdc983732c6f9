import { printMessage } from "../../abi/message-frame.ts";
import type { FrameParts } from "../../abi/exchange-frame.ts";
import type { Exchange } from "../../contracts/exchange.ts";
import {
  HOOKS,
  isExchangeHookName,
  type ExchangeHookName,
  type HookInput,
  type HookName,
} from "../../contracts/hooks.ts";
import type { BackworksError } from "../../lib/errors.ts";
import { partsOf } from "../../lib/join-errors.ts";
import { canonicalPath } from "../../lib/path.ts";
import { matchRoute } from "../../pipeline/match.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import type { HookResult } from "../call-hook.ts";
import { contentBytes } from "../doubles/content.ts";
import { wireBytes } from "../doubles/tcp-double.ts";
import { makeExchange, makeResponse } from "../exchange-spec.ts";
import type { LogLine, OpenOptions } from "../open-plugin.ts";
import { PluginUnderTest, type Tested } from "../plugin-under-test.ts";
import type { PluginCase, WrittenCase, WrittenMessage } from "./case.ts";
import { compareRefusals, findDifferences } from "./differences.ts";

/** What came of a case. */
export interface CaseResult {
  readonly name: string;
  readonly case: PluginCase;
  /** What was not as expected, a sentence each; empty: it passes. */
  readonly failures: readonly string[];
  /** By hook, of those that were called. */
  readonly fuel: Readonly<Record<string, number>>;
  readonly memoryBytes: number;
  readonly durationMs: number;
  readonly logs: readonly LogLine[];
  readonly played: Played;
}

/** What was called and what it did, for the comparison. */
export interface Played {
  readonly results: readonly Tested<HookResult>[];
  readonly exchange: Exchange | undefined;
  /** Why the plugin did not even start: its configuration, or what its start does. */
  readonly refusals: readonly BackworksError[];
}

/** In the order of a host. audit_log changes nothing: only a case that names it calls it. */
const REQUEST_HOOKS: readonly ExchangeHookName[] = [
  "authenticate",
  "authorize",
  "before_request",
  "process_endpoint",
  "after_response",
];

/** Runs a case in an instance of its own. What the case says of the world is all there is of it. */
export async function runCase(
  plugin: CheckedPlugin,
  written: PluginCase,
  load?: OpenOptions["load"],
): Promise<CaseResult> {
  try {
    using tested = await open(plugin, written, load);
    const played = { ...(await play(tested, written.written)), refusals: [] };
    const failures = findDifferences(written, played, tested.doubles);
    return describe(written, played, failures);
  } catch (thrown) {
    const refusals = partsOf(thrown);
    const failures = compareRefusals(written.written.error, refusals);
    return describe(written, { results: [], exchange: undefined, refusals }, failures);
  }
}

async function open(
  plugin: CheckedPlugin,
  { written, positions }: PluginCase,
  load: OpenOptions["load"],
): Promise<PluginUnderTest> {
  const { config, kv, http, sql, tcp, secrets, plugins, clock, random } = written;
  const doubles = { kv, http, sql, tcp, secrets, plugins, clock, random };
  return PluginUnderTest.open(plugin, { ...doubles, config, positions, load });
}

async function play(
  tested: PluginUnderTest,
  written: WrittenCase,
): Promise<Omit<Played, "refusals">> {
  const { hook, request = {}, handler } = written;
  if (hook !== undefined && !isExchangeHookName(hook)) {
    const result = await tested.call(hook, makeInput(hook, written));
    return { results: [result], exchange: undefined };
  }
  const isAfter = hook !== undefined && HOOKS[hook].input === "response";
  const exchange = makeExchange(request, isAfter ? (handler ?? {}) : undefined);
  if (hook !== undefined) return { results: [await tested.exchange(hook, exchange)], exchange };
  return { results: await playAll(tested, written, exchange), exchange };
}

/** As the pipeline of a host does it: what answers goes past the handler, never past after_response. */
async function playAll(
  tested: PluginUnderTest,
  { request = {}, handler }: WrittenCase,
  exchange: Exchange,
): Promise<Tested<HookResult>[]> {
  const { hooks } = tested.plugin.manifest;
  const results: Tested<HookResult>[] = [];
  for (const hook of REQUEST_HOOKS) {
    const isHandled = exchange.response !== undefined;
    if (hook === "after_response" && !isHandled) exchange.response = makeResponse(handler ?? {});
    if (isHandled && hook !== "after_response") continue;
    const declaration = hooks[hook];
    if (declaration === undefined) continue;
    const { routes, ...others } = declaration.match;
    // A case that says nothing of routes is for every one of them.
    const isNamed = routes !== undefined && request.route !== undefined;
    const match = isNamed ? { ...others, routes } : others;
    if (!fits(match, exchange)) continue;
    const result = await tested.exchange(hook, exchange);
    results.push(result);
    if (result.error !== undefined) break;
  }
  return results;
}

function fits(match: Parameters<typeof matchRoute>[0], { route, request }: Exchange): boolean {
  const { method, target } = request;
  const found = matchRoute(match, { id: route, path: "/*", methods: [method] });
  if (found.kind !== "sometimes") return found.kind === "always";
  const [path = "/"] = target.split("?");
  return found.test(method, canonicalPath(path));
}

function makeInput(hook: HookName, { input, message, config = {} }: WrittenCase): FrameParts {
  const kind: HookInput = HOOKS[hook].input;
  if (kind === "nothing") return { head: "", body: undefined };
  if (kind === "config") return { head: JSON.stringify(config), body: undefined };
  if (kind === "json") return { head: JSON.stringify(input ?? null), body: undefined };
  if (kind === "message") return makeMessage(hook, message ?? {});
  return { head: "", body: contentBytes(input) };
}

const MESSAGE_FACTS = {
  on_event: { topic: "test", publisher: "test", id: "0".repeat(32) },
  on_message: { connection: "test", peer: "127.0.0.1:50000", local: "127.0.0.1:5000" },
} as const;

function makeMessage(hook: HookName, { payload = "", ...given }: WrittenMessage): FrameParts {
  const facts = hook === "on_event" ? MESSAGE_FACTS.on_event : MESSAGE_FACTS.on_message;
  const lines = Object.entries({ ...facts, ...given }).map(
    ([key, value]) => [key, JSON.stringify(value)] as const,
  );
  return printMessage(lines, wireBytes(payload));
}

function describe(written: PluginCase, played: Played, failures: readonly string[]): CaseResult {
  const { results } = played;
  const records = results.flatMap(({ record }) => (record === undefined ? [] : [record]));
  return {
    name: written.name,
    case: written,
    failures,
    fuel: Object.fromEntries(records.map(({ hook, fuel }) => [hook, fuel])),
    memoryBytes: Math.max(0, ...records.map(({ memoryBytes }) => memoryBytes)),
    durationMs: records.reduce((sum, { durationMs }) => sum + durationMs, 0),
    logs: results.flatMap(({ logs }) => logs),
    played,
  };
}

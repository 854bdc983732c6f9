import { isUtf8 } from "node:buffer";
import { printExchange } from "../abi/exchange-frame.ts";
import type { FrameParts } from "../abi/exchange-frame.ts";
import { printMessage } from "../abi/message-frame.ts";
import { HOOKS, isExchangeHookName } from "../contracts/hooks.ts";
import type { HookInput, HookName } from "../contracts/hooks.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import type { CheckedPlugin } from "../plugins/check.ts";
import { doubtBody, readBody } from "./call-body.ts";
import { readContext, readExchange } from "./call-request.ts";
import type { RequestOptions } from "./call-request.ts";
import type { Terminal } from "./output.ts";
import { readInput } from "./read-input.ts";

export interface InputOptions extends RequestOptions {
  readonly input?: string;
}

const NOTHING: FrameParts = { head: "", body: undefined };

/** What nobody gave on the command line; undefined: it is not sent then. */
type Facts = Readonly<Record<string, Json | undefined>>;

const CONNECTION: Facts = {
  connection: "call",
  peer: "127.0.0.1:50000",
  local: "127.0.0.1:5000",
  state: undefined,
};
const EVENT: Facts = { topic: "call", publisher: "call", id: "0".repeat(32) };
/** Not now: the same call gives the same answer. */
const TICK: Facts = { name: "call", at: "2026-01-01T00:00:00Z" };

/** What `plugin call` gives a hook, from the options for its kind of input. Throws `usage`. */
export async function makeInput(
  { manifest }: CheckedPlugin,
  hook: HookName,
  options: InputOptions & { readonly config: JsonObject },
  terminal: Terminal,
): Promise<FrameParts> {
  const { input }: { readonly input: HookInput } = HOOKS[hook];
  if (options.input !== undefined) {
    // A frame is a head and a body, which follow each other: to the guest they are one input.
    const body = await readInput("--input", options.input, terminal);
    if (input === "json") requireJson(`--input ${options.input}`, body);
    return { head: "", body };
  }
  if (isExchangeHookName(hook)) {
    const exchange = await readExchange(hook, options, terminal);
    const reads = manifest.hooks[hook]?.reads;
    return reads === undefined ? NOTHING : printExchange(exchange, hook, reads);
  }
  if (input === "nothing") return NOTHING;
  if (input === "config") return { head: JSON.stringify(options.config), body: undefined };
  const body = await readBody(options.body, terminal);
  if (input === "bytes") return { head: "", body };
  if (input === "message") return makeMessage(hook, options.context, body);
  const doubt = await doubtBody(options.body, terminal);
  return makeJson(hook, options, body, doubt);
}

function makeMessage(hook: HookName, context: readonly string[], payload: Uint8Array): FrameParts {
  const facts = readFacts(hook, hook === "on_event" ? EVENT : CONNECTION, context);
  return printMessage([...facts], payload);
}

function makeJson(
  hook: HookName,
  { body, context }: InputOptions,
  bytes: Uint8Array,
  doubt: string | undefined,
): FrameParts {
  if (body !== undefined) {
    requireJson(`--body ${body}${doubt === undefined ? "" : ` (${doubt})`}`, bytes);
    return { head: "", body: bytes };
  }
  if (hook !== "on_schedule") return { head: "null", body: undefined };
  const members = [...readFacts(hook, TICK, context)].map(([key, json]) => `"${key}":${json}`);
  return { head: `{${members.join(",")}}`, body: undefined };
}

/** JSON by key: what `--context` says, and else what `defaults` say. */
function readFacts(
  hook: HookName,
  defaults: Facts,
  context: readonly string[],
): Map<string, string> {
  const given = new Map(context.map(readContext));
  const wrong = [...given.keys()].find((key) => !Object.hasOwn(defaults, key));
  if (wrong !== undefined) {
    const known = Object.keys(defaults).join(", ");
    throw usage(`--context ${wrong}: ${hook} is told ${known}`);
  }
  const facts = Object.entries(defaults).flatMap(([key, value]) => {
    const json = given.get(key) ?? (value === undefined ? undefined : JSON.stringify(value));
    return json === undefined ? [] : [[key, json] as const];
  });
  return new Map(facts);
}

function requireJson(option: string, bytes: Uint8Array): void {
  try {
    if (!isUtf8(bytes)) throw new TypeError("it is not UTF-8");
    JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw usage(`${option}: expected JSON: ${messageOf(cause)}`);
  }
}

function usage(message: string): BackworksError {
  return new BackworksError("usage", message);
}

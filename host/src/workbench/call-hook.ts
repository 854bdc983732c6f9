import { printExchange, type FrameParts } from "../abi/exchange-frame.ts";
import type { Edits, Exchange, RequestMessage, ResponseMessage } from "../contracts/exchange.ts";
import { EMPTY_BODY } from "../contracts/exchange.ts";
import type { ExchangeHookName, HookName } from "../contracts/hooks.ts";
import { AUTH_KEY, challengeOf, type Verdict } from "../contracts/security.ts";
import { BackworksError } from "../lib/errors.ts";
import { buildResponse, editRequest, editResponse } from "../pipeline/edits.ts";
import { readMeaning, type Meaning } from "./meaning.ts";
import type { CallResult, OpenPlugin } from "./open-plugin.ts";

/** A call, and what the host makes of its output. */
export interface HookResult extends CallResult {
  readonly hook: HookName;
  /** Undefined when it failed. */
  readonly meaning: Meaning | undefined;
}

/** What became of an exchange. */
export interface ExchangeResult extends HookResult {
  /** As the next hook or the handler sees it. */
  readonly request: RequestMessage;
  /** There is one from the answer on. */
  readonly response: ResponseMessage | undefined;
}

export interface HookCallOptions {
  readonly fuel?: number | undefined;
}

/** Calls a hook with an input as it is. An output that is not what the hook answers is an error. */
export async function callHook(
  opened: OpenPlugin,
  hook: HookName,
  input: FrameParts,
  options?: HookCallOptions,
): Promise<HookResult> {
  requireHook(opened, hook);
  const result = await opened.call(hook, input, options);
  if (result.output === undefined) return { ...result, hook, meaning: undefined };
  try {
    return { ...result, hook, meaning: readMeaning(opened.plugin, hook, result.output) };
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    return { ...result, hook, error, meaning: undefined };
  }
}

/** Calls a hook with what it may see of an exchange, and does to the exchange what it answers. */
export async function callExchange(
  opened: OpenPlugin,
  hook: ExchangeHookName,
  exchange: Exchange,
  options?: HookCallOptions,
): Promise<ExchangeResult> {
  const { reads } = requireHook(opened, hook);
  const input = printExchange(exchange, hook, reads);
  const result = await callHook(opened, hook, input, options);
  if (result.meaning?.kind === "edits") applyEdits(exchange, hook, result.meaning.edits);
  if (result.meaning?.kind === "verdict") applyVerdict(exchange, result.meaning.verdict);
  return { ...result, request: exchange.request, response: exchange.response };
}

function applyEdits(exchange: Exchange, hook: ExchangeHookName, edits: Edits): void {
  for (const [key, json] of edits.context) exchange.context.set(key, json);
  if (hook === "before_request" && edits.status === undefined) {
    exchange.request = editRequest(exchange.request, edits);
    return;
  }
  const { response } = exchange;
  const isAfter = hook === "after_response" && response !== undefined;
  exchange.response = isAfter ? editResponse(response, edits) : buildResponse(edits);
}

function applyVerdict(exchange: Exchange, verdict: Verdict | undefined): void {
  if (verdict?.kind === "identified") {
    exchange.context.set(AUTH_KEY, JSON.stringify(verdict.identity));
  }
  if (verdict?.kind !== "denied") return;
  const { status } = verdict;
  const challenge = challengeOf(verdict);
  const headers = challenge === undefined ? [] : [["www-authenticate", challenge] as const];
  exchange.response = { status, headers, body: EMPTY_BODY };
}

type Declaration = NonNullable<OpenPlugin["plugin"]["manifest"]["hooks"][HookName]>;

function requireHook({ plugin }: OpenPlugin, hook: HookName): Declaration {
  const { name, hooks } = plugin.manifest;
  const declaration = hooks[hook];
  if (declaration !== undefined) return declaration;
  const declared = Object.keys(hooks).join(", ");
  throw new BackworksError("test_invalid", `${name} declares no hook ${hook}, only ${declared}`);
}

import { EMPTY_BODY } from "../contracts/exchange.ts";
import type { Exchange, HeaderList } from "../contracts/exchange.ts";
import { HOOKS } from "../contracts/hooks.ts";
import type { ExchangeHookName } from "../contracts/hooks.ts";
import { BackworksError } from "../lib/errors.ts";
import { readBody } from "./call-body.ts";
import type { Terminal } from "./output.ts";

/** The request that `plugin call` is to show to a hook, as the command line has it. */
export interface RequestOptions {
  readonly request: string;
  readonly header: readonly string[];
  readonly param: readonly string[];
  readonly context: readonly string[];
  readonly body?: string;
  /** after_response and audit_log: what was answered. */
  readonly status: string;
  readonly responseHeader: readonly string[];
}

/** Facts that every frame has; a request that nobody sent has to have some, too. */
const FACTS = { id: "0".repeat(32), route: "call", client: "127.0.0.1" } as const;

const REQUEST_LINE = /^([A-Z]+) (\/[\x21-\x7e]*)$/;
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\u0080-\u00ff]*)$/;
const STATUS = /^[2-5]\d\d$/;

/** Throws `usage` for what is no request. */
export async function readExchange(
  hook: ExchangeHookName,
  options: RequestOptions,
  terminal: Terminal,
): Promise<Exchange> {
  const [, method = "", target = ""] = REQUEST_LINE.exec(options.request) ?? [];
  if (method === "") {
    throw usage(
      `--request "${options.request}": expected a method and a path, such as POST /x?y=1`,
    );
  }
  const body = await readBody(options.body, terminal);
  const isAfter = HOOKS[hook].input === "response";
  if (!STATUS.test(options.status)) {
    throw usage(`--status ${options.status}: expected a number from 200 to 599`);
  }
  const response = {
    status: Number(options.status),
    headers: options.responseHeader.map((text) => readField("--response-header", text)),
    body,
  };
  return {
    ...FACTS,
    params: Object.fromEntries(options.param.map((text) => readPair("--param", text))),
    request: {
      method,
      target,
      headers: options.header.map((text) => readField("--header", text)),
      body: isAfter ? EMPTY_BODY : body,
    },
    response: isAfter ? response : undefined,
    context: new Map(options.context.map(readContext)),
  };
}

function readField(option: string, text: string): HeaderList[number] {
  const [, name, value = ""] = FIELD.exec(text) ?? [];
  if (name === undefined) throw usage(`${option} "${text}": expected name: value`);
  return [name.toLowerCase(), value];
}

function readPair(option: string, text: string): [name: string, value: string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw usage(`${option} "${text}": expected name=value`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** A `key=json`: values are JSON; what is none is a text. */
export function readContext(text: string): [key: string, json: string] {
  const [key, value] = readPair("--context", text);
  try {
    return [key, JSON.stringify(JSON.parse(value))];
  } catch {
    return [key, JSON.stringify(value)];
  }
}

function usage(message: string): BackworksError {
  return new BackworksError("usage", message);
}

import type { Exchange, HeaderList, ResponseMessage } from "../contracts/exchange.ts";
import { HOOKS } from "../contracts/hooks.ts";
import type { ExchangeHookName } from "../contracts/hooks.ts";
import type { Reads } from "../contracts/manifest.ts";
import { assert } from "../lib/assert.ts";
import { BackworksError } from "../lib/errors.ts";

/** An exchange frame in two parts, so that neither is copied before it reaches the guest. */
export interface FrameParts {
  /** To be encoded as UTF-8; ends with the empty line. */
  readonly head: string;
  /** Follows the head as it is. */
  readonly body: Uint8Array | undefined;
}

/** Sent only to a hook that names them: `*` means "what is harmless to see". */
export const REQUEST_CREDENTIALS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
]);
export const RESPONSE_CREDENTIALS: ReadonlySet<string> = new Set(["set-cookie"]);

/**
 * Prints what `reads` lets a hook see of an exchange (schemas/frames.abnf). Built as one string:
 * V8 keeps Latin-1 text in one byte a character and encodes it in one pass.
 */
export function printExchange(
  exchange: Exchange,
  hook: ExchangeHookName,
  reads: Reads,
): FrameParts {
  const { request } = exchange;
  let head = printLine(`${request.method} ${request.target}`);
  head += printHeaders(request.headers, reads.headers, REQUEST_CREDENTIALS);
  head += `:id: ${JSON.stringify(exchange.id)}\n`;
  head += `:route: ${JSON.stringify(exchange.route)}\n`;
  head += `:client: ${JSON.stringify(exchange.client)}\n`;
  head +=
    printParams(exchange.params, reads.params) + printContext(exchange.context, reads.context);
  if (HOOKS[hook].input === "request") {
    return { head: `${head}\n`, body: readBody(request.body, hook, reads) };
  }
  const response = responseOf(exchange);
  head += `!${response.status}\n`;
  head += printHeaders(response.headers, reads.responseHeaders, RESPONSE_CREDENTIALS);
  return { head: `${head}\n`, body: readBody(response.body, hook, reads) };
}

function responseOf(exchange: Exchange): ResponseMessage {
  const { response } = exchange;
  assert(response !== undefined, "hooks that see a response run only when there is one");
  return response;
}

function printHeaders(
  headers: HeaderList,
  wanted: readonly string[],
  credentials: ReadonlySet<string>,
): string {
  if (wanted.length === 0) return "";
  const all = wanted.includes("*");
  let lines = "";
  for (const [name, value] of headers) {
    if (wanted.includes(name) || (all && !credentials.has(name))) {
      lines += printLine(`${name}: ${value}`);
    }
  }
  return lines;
}

/** A parameter may hold any character, `%0A` too: as JSON it never makes a line. */
function printParams(params: Readonly<Record<string, string>>, wanted: readonly string[]): string {
  if (wanted.length === 0) return "";
  const all = wanted.includes("*");
  let lines = "";
  for (const [name, value] of Object.entries(params)) {
    if (all || wanted.includes(name)) lines += `:param.${name}: ${JSON.stringify(value)}\n`;
  }
  return lines;
}

function printContext(context: ReadonlyMap<string, string>, wanted: readonly string[]): string {
  let lines = "";
  for (const key of wanted) {
    const json = context.get(key);
    if (json !== undefined) lines += printLine(`:context.${key}: ${json}`);
  }
  return lines;
}

function readBody(body: Uint8Array, hook: ExchangeHookName, reads: Reads): Uint8Array | undefined {
  const { mode, bytesMax } = reads.body;
  if (mode === "none") return undefined;
  if (body.length <= bytesMax) return body;
  const what = HOOKS[hook].input;
  throw new BackworksError(
    "guest_input_too_large",
    `the ${what} body has ${body.length} bytes, ${hook} reads at most ${bytesMax} (reads.body.bytes_max)`,
    { details: { hook, bytes: body.length, bytesMax } },
  );
}

/** The server and the edits reader refuse line feeds; one that got this far would forge a line. */
function printLine(line: string): string {
  assert(!line.includes("\n"), "a line of an exchange frame holds a line feed");
  return `${line}\n`;
}

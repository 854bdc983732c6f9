import type { Exchange, HeaderList, ResponseMessage } from "../contracts/exchange.ts";
import type { Json } from "../contracts/json.ts";
import { BackworksError } from "../lib/errors.ts";
import { contentBytes, isJsonContent, type Content } from "./doubles/content.ts";

/** Headers as people write them; a list is several headers of one name. */
export type HeadersSpec = Readonly<Record<string, string | readonly string[]>>;

/** A request as people write it in a test. */
export interface RequestSpec {
  /** Default: GET. */
  readonly method?: string | undefined;
  /** Path and query; default: `/`. */
  readonly path?: string | undefined;
  readonly headers?: HeadersSpec | undefined;
  /** Text, bytes, or any other value as JSON. */
  readonly body?: Content | undefined;
  /** Path parameters. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** Values that earlier plugins provide. */
  readonly context?: Readonly<Record<string, Json>> | undefined;
  /** Facts that every request has. */
  readonly id?: string | undefined;
  readonly route?: string | undefined;
  readonly client?: string | undefined;
}

/** A response likewise. */
export interface ReplySpec {
  /** Default: 200. */
  readonly status?: number | undefined;
  readonly headers?: HeadersSpec | undefined;
  readonly body?: Content | undefined;
}

const FACTS = { id: "0".repeat(32), route: "test", client: "127.0.0.1" } as const;

const METHOD = /^[A-Z]+$/;
const TARGET = /^\/[\x21-\x7e]*$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const VALUE = /^[\t\x20-\x7e\u0080-\u00ff]*$/;

/** Makes the exchange that a server would. Throws `test_invalid` for what none would let in. */
export function makeExchange(request: RequestSpec, reply?: ReplySpec): Exchange {
  const { method = "GET", path = "/", params = {}, context = {} } = request;
  if (!METHOD.test(method)) throw invalid("method", method, "capital letters");
  if (!TARGET.test(path)) throw invalid("path", path, "/ and ASCII without spaces");
  return {
    id: request.id ?? FACTS.id,
    route: request.route ?? FACTS.route,
    client: request.client ?? FACTS.client,
    params,
    request: { method, target: path, ...readMessage(request) },
    response: reply && makeResponse(reply),
    context: new Map(
      Object.entries(context).map(([key, value]) => [key, JSON.stringify(value)] as const),
    ),
  };
}

export function makeResponse(reply: ReplySpec): ResponseMessage {
  return { status: reply.status ?? 200, ...readMessage(reply) };
}

/** JSON says that it is JSON, as clients and handlers do. */
function readMessage({ headers = {}, body }: ReplySpec): {
  readonly headers: HeaderList;
  readonly body: Uint8Array;
} {
  const listed = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => readHeader(name.toLowerCase(), value)),
  );
  const isTyped = listed.some(([name]) => name === "content-type");
  const typed: HeaderList =
    isJsonContent(body) && !isTyped ? [...listed, ["content-type", "application/json"]] : listed;
  return { headers: typed, body: contentBytes(body) };
}

function readHeader(name: string, value: string): HeaderList[number] {
  if (!NAME.test(name)) throw invalid("header", name, "a name such as accept");
  if (!VALUE.test(value)) throw invalid(`header ${name}`, value, "no control characters");
  return [name, value];
}

function invalid(what: string, found: string, expected: string): BackworksError {
  const message = `${what}: expected ${expected}, found ${JSON.stringify(found)}`;
  return new BackworksError("test_invalid", message);
}

import type { EndpointConfig, MockConfig, MockResponse } from "../contracts/config.ts";
import { EMPTY_BODY } from "../contracts/exchange.ts";
import type { Exchange, Handler, HeaderList, ResponseMessage } from "../contracts/exchange.ts";
import type { Json } from "../contracts/json.ts";
import { assert } from "../lib/assert.ts";
import { BackworksError } from "../lib/errors.ts";
import { joinErrors } from "../lib/join-errors.ts";
import type { TemplateTools } from "./template-functions.ts";
import { TemplateScope } from "./template-scope.ts";
import { compileTemplate, placeInside, printValue, renderTemplate } from "./template.ts";
import type { Template, TemplatePlace } from "./template.ts";

/** The part of an endpoint that a mock answers for. */
export type MockEndpoint = Pick<EndpointConfig, "id" | "path" | "methods" | "position">;

type Answer = (exchange: Exchange) => ResponseMessage;

/** What a header value may be on the wire: Latin-1 without control characters but the tab. */
// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The handler of a mocked endpoint. A response without templates is made here, once. Throws
 * `config_invalid` for templates that cannot work and for methods that nothing answers.
 */
export function composeMock(
  endpoint: MockEndpoint,
  mock: MockConfig,
  tools: TemplateTools,
): Handler {
  const problems: BackworksError[] = [];
  const base: TemplatePlace = {
    key: `endpoints.${endpoint.id}`,
    position: endpoint.position,
    inside: new Map(),
    params: paramNames(endpoint.path),
    data: undefined,
    tools,
    problems,
  };
  const data = compileTemplate(mock.data, {
    ...base,
    key: `${base.key}.mock.data`,
    ...mock.dataWritten,
  });

  const answers = new Map<string, Answer>();
  for (const [method, response] of Object.entries(mock.responses)) {
    const key = `${base.key}.response`;
    answers.set(method, composeAnswer(response, { ...base, key, ...response.written, data }));
  }
  if (problems.length > 0) throw joinErrors(problems);
  for (const method of endpoint.methods) {
    if (pick(answers, method) !== undefined) continue;
    throw new BackworksError(
      "config_invalid",
      `${base.key}: no mock response for ${method}: expected one in mock_responses, or response`,
      { position: endpoint.position },
    );
  }
  return (exchange) => {
    const answer = pick(answers, exchange.request.method);
    assert(answer !== undefined, "a route is asked for its own methods only");
    return answer(exchange);
  };
}

function pick(answers: ReadonlyMap<string, Answer>, method: string): Answer | undefined {
  const exact = answers.get(method) ?? (method === "HEAD" ? answers.get("GET") : undefined);
  return exact ?? answers.get("*");
}

function paramNames(path: string): string[] {
  return path.split("/").flatMap((segment) => {
    if (segment === "*") return ["*"];
    return segment.startsWith("{") ? [segment.slice(1, -1)] : [];
  });
}

function composeAnswer(response: MockResponse, place: TemplatePlace): Answer {
  const body = compileTemplate(response.body, placeInside(place, "body", ".body"));
  const headers = Object.entries(response.headers).map(([name, value]): [string, Template] => [
    name.toLowerCase(),
    compileTemplate(value, placeOfHeader(place, name)),
  ]);
  if (body.kind === "constant" && headers.every(([, value]) => value.kind === "constant")) {
    const constant = printConstant(response.status, { headers, body: body.value }, place);
    return () => constant;
  }
  const { data } = place;
  return (exchange) => {
    const scope = new TemplateScope(exchange, (self) => data && renderTemplate(data, self));
    const rendered = headers.map(([name, value]): [string, string] => {
      const text = printValue(renderTemplate(value, scope));
      if (!HEADER_VALUE.test(text))
        throw new BackworksError("request_malformed", unfit(name, text));
      return [name, text];
    });
    return printResponse(response.status, rendered, renderTemplate(body, scope));
  };
}

/** Headers are known by their names in lower case, and written in any. */
function placeOfHeader(place: TemplatePlace, name: string): TemplatePlace {
  const headers = placeInside(place, "headers", ".headers");
  const isName = (written: string): boolean => written.toLowerCase() === name.toLowerCase();
  const written = [...headers.inside.keys()].find(isName) ?? name;
  return placeInside(headers, written, `.${written}`);
}

function printConstant(
  status: number,
  constant: {
    readonly headers: readonly (readonly [string, Template])[];
    readonly body: Json | undefined;
  },
  place: TemplatePlace,
): ResponseMessage {
  const headers = constant.headers.map(([name, template]): [string, string] => {
    const text = template.kind === "constant" ? printValue(template.value) : "";
    if (HEADER_VALUE.test(text)) return [name, text];
    const { key, position, problems } = placeOfHeader(place, name);
    problems.push(
      new BackworksError("config_invalid", `${key}: ${unfit(name, text)}`, { position }),
    );
    return [name, ""];
  });
  return printResponse(status, headers, constant.body);
}

/** Text goes out as it is, everything else as JSON; a content type that was written down wins. */
function printResponse(
  status: number,
  headers: HeaderList,
  body: Json | undefined,
): ResponseMessage {
  if (body === undefined) return { status, headers, body: EMPTY_BODY };
  const isText = typeof body === "string";
  const bytes = Buffer.from(isText ? body : JSON.stringify(body));
  if (headers.some(([name]) => name === "content-type")) return { status, headers, body: bytes };
  const type = isText ? "text/plain; charset=utf-8" : "application/json";
  return { status, headers: [["content-type", type], ...headers], body: bytes };
}

/** Templates bring in what clients send: percent-decoded, that may be a line end. */
function unfit(name: string, text: string): string {
  return `the response header ${name} would have characters that headers cannot have: ${JSON.stringify(text.slice(0, 80))}`;
}

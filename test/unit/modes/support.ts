import { EMPTY_BODY } from "../../../host/src/contracts/exchange.ts";
import type { Exchange, ResponseMessage } from "../../../host/src/contracts/exchange.ts";
import type { MockConfig, MockResponse } from "../../../host/src/contracts/config.ts";
import type { Json } from "../../../host/src/contracts/json.ts";
import { composeMock } from "../../../host/src/modes/mock.ts";
import type { MockEndpoint } from "../../../host/src/modes/mock.ts";
import type { TemplateTools } from "../../../host/src/modes/template-functions.ts";

/** 2023-11-14T22:13:20.000Z, and always the middle of what is random. */
export const TOOLS: TemplateTools = {
  clock: { now: () => 1_700_000_000_000 },
  ids: () => "0123456789abcdef0123456789abcdef",
  random: () => 0.5,
};

export const ENDPOINT: MockEndpoint = {
  id: "user",
  path: "/users/{id}",
  methods: ["GET"],
  position: { file: "backworks.yaml", line: 7, column: 3 },
};

export interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

export function request(sent: Sent = {}): Exchange {
  const body = sent.body === undefined ? EMPTY_BODY : Buffer.from(sent.body);
  const { method = "GET", target = "/users/7", headers = [], params = { id: "7" } } = sent;
  return {
    id: "request-1",
    route: "user",
    client: "127.0.0.1",
    params,
    request: { method, target, headers, body },
    response: undefined,
    context: new Map(),
  };
}

export function response(some: Partial<MockResponse>): MockResponse {
  return { status: 200, headers: {}, body: undefined, ...some };
}

/** What a mock of `mock` answers to `sent`. */
export async function ask(mock: Partial<MockConfig>, sent: Sent = {}): Promise<ResponseMessage> {
  const methods = [sent.method ?? "GET"];
  const full = { data: undefined, responses: {}, ...mock };
  return await composeMock({ ...ENDPOINT, methods }, full, TOOLS)(request(sent));
}

/** The JSON that a body with templates becomes. */
export async function render(body: Json, sent: Sent = {}, data?: Json): Promise<unknown> {
  // In a list, so that the answer is JSON whatever the value.
  const answer = await ask({ data, responses: { "*": response({ body: [body] }) } }, sent);
  const [value]: unknown[] = JSON.parse(Buffer.from(answer.body).toString());
  return value;
}

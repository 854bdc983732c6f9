import { HOST_HEADERS } from "../contracts/exchange.ts";
import type { MockConfig, MockResponse } from "../contracts/config.ts";
import type { Cursor } from "./cursor.ts";
import type { Problems } from "./problems.ts";

/** `response`, or `mock: {data}` alone, answers every method. */
export function readMock(endpoint: Cursor, problems: Problems): MockConfig {
  const response = endpoint.get("response");
  const answer =
    response === undefined
      ? { status: 200, headers: {}, body: "${mock.data}" }
      : readResponse(response, problems);
  return { ...readMockData(endpoint), responses: { "*": answer } };
}

/** What `${mock.data}` stands for. */
export function readMockData(endpoint: Cursor): Omit<MockConfig, "responses"> {
  const data = endpoint.get("mock")?.getOrNull("data");
  return { data: data?.json(), dataWritten: data?.written };
}

export function readResponse(response: Cursor, problems: Problems): MockResponse {
  const headers: [string, string][] = [];
  for (const [name, value] of response.get("headers")?.entries() ?? []) {
    if (HOST_HEADERS.has(name.toLowerCase())) {
      const message = `${value.label}: the host writes this header itself, remove it`;
      problems.add("config_invalid", message, value.position);
    }
    headers.push([name.toLowerCase(), value.printed()]);
  }
  return {
    status: response.get("status")?.number() ?? 200,
    headers: Object.fromEntries(headers),
    body: response.getOrNull("body")?.json(),
    written: response.written,
  };
}

import type { HeaderList } from "../../../contracts/exchange.ts";
import { CapabilityError } from "../capability-error.ts";
import type { HttpRequest, HttpResponse } from "./message.ts";

export const REDIRECTS_MAX = 5;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * All that goes along to another origin. A list of what may stay, not of what must go: plugins carry
 * keys in headers of any name.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-encoding",
  "content-language",
  "content-type",
  "user-agent",
]);

/** The request that a response asks for instead; nothing when it is an answer (RFC 9110 15.4). */
export function followRedirect(
  request: HttpRequest,
  response: HttpResponse,
): HttpRequest | undefined {
  if (!REDIRECTS.has(response.status)) return undefined;
  const location = response.headers.find(([name]) => name === "location")?.[1];
  if (location === undefined) return undefined;
  const url = URL.parse(location, request.url.href);
  if (url === null) {
    const message = `${request.url.host} redirects to what is no URL`;
    throw new CapabilityError("unavailable", message);
  }
  const headers =
    url.origin === request.url.origin
      ? request.headers
      : request.headers.filter(([name]) => HARMLESS.has(name));
  if (!becomesGet(request.method, response.status)) return { ...request, url, headers };
  return { method: "GET", url, headers: withoutContent(headers), body: new Uint8Array(0) };
}

/** As browsers have always done it with 301 and 302, and as 303 says. */
function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== "HEAD" && method !== "GET";
  return (status === 301 || status === 302) && method === "POST";
}

function withoutContent(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !name.startsWith("content-"));
}

import type { CapabilityFault } from "../../contracts/capabilities.ts";
import { CapabilityError } from "../../sandbox/capabilities/capability-error.ts";
import type { HttpTransport } from "../../sandbox/capabilities/http/http-client.ts";
import type { HttpRequest, HttpResponse } from "../../sandbox/capabilities/http/message.ts";
import { contentBytes, isJsonContent, type Content } from "./content.ts";
import type { Misses } from "./misses.ts";

/** What the other side answers. */
export interface HttpAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Content;
  /** Instead of an answer. */
  readonly fault?: CapabilityFault;
}

/** One request that the plugin may send, and what it gets. The first route that fits counts. */
export interface HttpRoute extends HttpAnswer {
  /** Default: any. */
  readonly method?: string;
  /** Exact, or ending in `*` for everything that begins so. */
  readonly url: string;
  /** Uses after which the next route that fits is taken; default: no end. */
  readonly times?: number;
  /** Instead of the rest. */
  readonly answer?: (request: SentRequest) => HttpAnswer;
}

/** A request as the plugin sent it. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Hosts that are not there: the rights, the bounds and the redirects are the real client's. */
export class HttpDouble implements HttpTransport {
  readonly requests: SentRequest[] = [];
  readonly #routes: { readonly route: HttpRoute; left: number }[];
  readonly #misses: Misses;

  constructor(routes: readonly HttpRoute[], misses: Misses) {
    this.#routes = routes.map((route) => ({ route, left: route.times ?? Infinity }));
    this.#misses = misses;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const sent = describe(request);
    this.requests.push(sent);
    const found = this.#routes.find(({ route, left }) => left > 0 && fits(route, sent));
    if (found === undefined) {
      const known = this.#routes.map(({ route }) => `${route.method ?? "any"} ${route.url}`);
      throw this.#misses.miss(`http: no route for ${sent.method} ${sent.url}`, known);
    }
    found.left--;
    const { route } = found;
    const { status = 200, headers = {}, body, fault } = route.answer?.(sent) ?? route;
    if (fault !== undefined) throw new CapabilityError(fault, `${sent.url}: ${fault}`);
    const typed = isJsonContent(body)
      ? { "content-type": "application/json", ...headers }
      : headers;
    return { status, headers: Object.entries(typed), body: contentBytes(body) };
  }

  [Symbol.dispose](): void {
    this.#routes.length = 0;
  }
}

function describe({ method, url, headers, body }: HttpRequest): SentRequest {
  return {
    method,
    url: url.href,
    headers: Object.fromEntries(headers),
    body: new TextDecoder().decode(body),
  };
}

function fits({ method, url }: HttpRoute, sent: SentRequest): boolean {
  if (method !== undefined && method.toUpperCase() !== sent.method) return false;
  if (url.endsWith("*")) return sent.url.startsWith(url.slice(0, -1));
  // As the URL standard spells it: https://a.example is https://a.example/.
  return (URL.parse(url)?.href ?? url) === sent.url;
}

import type { Rights } from "../../../contracts/capabilities.ts";
import type { Clock } from "../../../lib/clock.ts";
import { withDeadline } from "../../../lib/deadline.ts";
import { coversOrigin, originOf, printOrigin } from "../../../lib/origin.ts";
import { CapabilityError } from "../capability-error.ts";
import { AddressRule, createCheckedLookup, systemResolve, type Resolve } from "./lookup.ts";
import type { HttpRequest, HttpResponse } from "./message.ts";
import { followRedirect, REDIRECTS_MAX } from "./redirect.ts";
import { Transport } from "./send.ts";

/** Requests of one invocation that are under way at once. */
const CONCURRENT_MAX = 6;

export interface HttpClientOptions {
  readonly right: NonNullable<Rights["http"]>;
  readonly clock: Clock;
  readonly resolve?: Resolve;
  /** PEM certificates to trust instead of Node's own list. */
  readonly authorities?: string;
  /** Default: connections of the client's own. */
  readonly transport?: HttpTransport;
}

/** Takes one request to its host and brings the response; redirects are the client's. */
export type HttpTransport = Pick<Transport, "send" | typeof Symbol.dispose>;

/** Requests that one invocation of a plugin has sent. */
export interface HttpBudget {
  sent: number;
  open: number;
}

/** Sends the requests of one plugin: where it may, as often as it may, and never for ever. */
export class HttpClient implements Disposable {
  readonly #right: NonNullable<Rights["http"]>;
  readonly #clock: Clock;
  readonly #rule: AddressRule;
  readonly #transport: HttpTransport;

  constructor({
    right,
    clock,
    resolve = systemResolve,
    authorities,
    transport,
  }: HttpClientOptions) {
    this.#right = right;
    this.#clock = clock;
    this.#rule = new AddressRule(right);
    const lookup = createCheckedLookup(this.#rule, resolve);
    const { responseBytesMax } = right;
    this.#transport = transport ?? new Transport({ lookup, responseBytesMax, authorities });
  }

  /**
   * Sends a request and follows its redirects. `timeoutMs` may shorten the granted time; `signal` is
   * the invocation's. Throws a `CapabilityError`.
   */
  async send(
    request: HttpRequest,
    budget: HttpBudget,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<HttpResponse> {
    const timeoutMs = Math.min(options.timeoutMs ?? Infinity, this.#right.timeoutMs);
    this.#require(request.url);
    if (budget.open >= CONCURRENT_MAX) {
      const message = `more than ${CONCURRENT_MAX} HTTP requests at once in one invocation`;
      throw new CapabilityError("quota", message);
    }
    this.#spend(budget);
    budget.open++;
    try {
      const expired = (): CapabilityError => timedOut(request, timeoutMs);
      const deadline = { clock: this.#clock, timeoutMs, signal: options.signal, expired };
      return await withDeadline(deadline, async (signal) => this.#follow(request, budget, signal));
    } finally {
      budget.open--;
    }
  }

  [Symbol.dispose](): void {
    this.#transport[Symbol.dispose]();
  }

  async #follow(
    request: HttpRequest,
    budget: HttpBudget,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    let current = request;
    let from: URL | undefined;
    for (let redirects = 0; ; redirects++) {
      const response = await redirectedBy(from, async () => this.#transport.send(current, signal));
      const next = followRedirect(current, response);
      if (next === undefined) return response;
      if (redirects === REDIRECTS_MAX) {
        const message = `${request.url.host} redirects more than ${REDIRECTS_MAX} times`;
        throw new CapabilityError("unavailable", message);
      }
      from = current.url;
      await redirectedBy(from, () => this.#require(next.url));
      // Each one is work for somebody: redirects count.
      this.#spend(budget);
      current = next;
    }
  }

  /** Throws unless the manifest announces the URL and the operator allows it. */
  #require(url: URL): void {
    const { asked, allow } = this.#right;
    const origin = originOf(url);
    if (origin === undefined) {
      throw new CapabilityError(
        "not_granted",
        `${url.protocol} URLs are not sent, http and https are`,
      );
    }
    if (url.username !== "" || url.password !== "") {
      const message = `the URL for ${url.host} holds a user name: send an authorization header`;
      throw new CapabilityError("invalid", message);
    }
    const text = printOrigin(origin);
    if (!asked.some((pattern) => coversOrigin(pattern, origin))) {
      const message = `${text} is not in the manifest: add it to capabilities.http.hosts`;
      throw new CapabilityError("not_granted", message);
    }
    if (!allow.some((pattern) => coversOrigin(pattern, origin))) {
      const message = `${text} is not granted: the operator can add it to grants.http.allow`;
      throw new CapabilityError("not_granted", message);
    }
    this.#rule.requireLiteral(url.hostname);
  }

  #spend(budget: HttpBudget): void {
    const { callsMax } = this.#right;
    if (budget.sent >= callsMax) {
      const message = `more than ${callsMax} HTTP requests in one invocation (grants.http.calls_max)`;
      throw new CapabilityError("quota", message);
    }
    budget.sent++;
  }
}

/** The plugin has named another host than the one that something is wrong with. */
async function redirectedBy<Result>(
  from: URL | undefined,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (from === undefined || !(cause instanceof CapabilityError)) throw cause;
    const message = `redirected by ${from.host}: ${cause.message}`;
    throw new CapabilityError(cause.fault, message, { cause });
  }
}

function timedOut({ url }: HttpRequest, timeoutMs: number): CapabilityError {
  const message = `the request to ${url.host} took longer than ${timeoutMs} ms`;
  return new CapabilityError("timeout", message);
}

import type { Exchange } from "../contracts/exchange.ts";
import type { Json } from "../contracts/json.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import { queryOf } from "../lib/path.ts";

/**
 * How much of a request one response may repeat. Templates are cheap to write: a page of
 * `${request.body}` would otherwise turn one upload into gigabytes.
 */
const REPEATED_CHARS_MAX = 16 * 1024 * 1024;

/** What the templates of one response can refer to; parsed at the first use. */
export class TemplateScope {
  readonly exchange: Exchange;
  readonly #renderData: (scope: TemplateScope) => Json | undefined;
  #query: URLSearchParams | undefined;
  #body: { readonly value: Json | undefined } | undefined;
  #data: { readonly value: Json | undefined } | undefined;
  #repeated = 0;

  constructor(exchange: Exchange, renderData: (scope: TemplateScope) => Json | undefined) {
    this.exchange = exchange;
    this.#renderData = renderData;
  }

  param(name: string): string | undefined {
    const { params } = this.exchange;
    return Object.hasOwn(params, name) ? this.#repeat(params[name]) : undefined;
  }

  /** The first one of the name. */
  query(name: string): string | undefined {
    this.#query ??= new URLSearchParams(queryOf(this.exchange.request.target));
    return this.#repeat(this.#query.get(name) ?? undefined);
  }

  /** All headers of the name, joined by commas. */
  header(name: string): string | undefined {
    const values = this.exchange.request.headers
      .filter(([other]) => other === name)
      .map(([, value]) => value);
    return values.length === 0 ? undefined : this.#repeat(values.join(", "));
  }

  /** The body as JSON; nothing when there is none. Throws `request_malformed`. */
  body(): Json | undefined {
    const bytes = this.exchange.request.body;
    this.#spend(bytes.length);
    this.#body ??= { value: bytes.length === 0 ? undefined : parseBody(bytes) };
    return this.#body.value;
  }

  /** `mock.data`: one value for the whole response, whatever is random in it. */
  data(): Json | undefined {
    this.#data ??= { value: this.#renderData(this) };
    return this.#data.value;
  }

  #repeat(text: string | undefined): string | undefined {
    this.#spend(text?.length ?? 0);
    return text;
  }

  #spend(chars: number): void {
    this.#repeated += chars;
    if (this.#repeated <= REPEATED_CHARS_MAX) return;
    throw new BackworksError(
      "request_too_large",
      `the mock would repeat more than ${REPEATED_CHARS_MAX} characters of the request: send a smaller one`,
    );
  }
}

function parseBody(bytes: Uint8Array): Json {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const value: Json = JSON.parse(text);
    return value;
  } catch (cause) {
    throw new BackworksError(
      "request_malformed",
      `the request body is not JSON, which this mock reads: ${messageOf(cause)}`,
      { cause },
    );
  }
}

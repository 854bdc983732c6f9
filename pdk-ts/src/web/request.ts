import { WebBody, type WebBodyInit } from "./body.ts";
import { Headers, type HeadersInit } from "./headers.ts";
import { URL } from "./url.ts";

export interface RequestInit {
  readonly method?: string;
  readonly headers?: HeadersInit;
  readonly body?: WebBodyInit;
}

/** What `fetch` needs of a request and no author does. */
export let bodyOf: (request: Request) => WebBody;

/** A request for `fetch` (Fetch standard, section 5.4), as far as a plugin can send one. */
export class Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly #body: WebBody;

  static {
    bodyOf = (request: Request): WebBody => request.#body;
  }

  constructor(input: string | URL | Request, init: RequestInit = {}) {
    const source = input instanceof Request ? input : undefined;
    const url = input instanceof Request ? input.url : new URL(input).href;
    this.method = (init.method ?? source?.method ?? "GET").toUpperCase();
    this.url = url;
    this.headers = new Headers(init.headers ?? source?.headers);
    const inherits = init.body === undefined && source !== undefined;
    this.#body = inherits ? copyBody(source.#body) : new WebBody(init.body);
    if (this.#body.content !== undefined && /^(?:GET|HEAD)$/.test(this.method)) {
      throw new TypeError(`a ${this.method} request has no body`);
    }
    const { type } = this.#body;
    if (type !== undefined && !this.headers.has("content-type")) {
      this.headers.set("content-type", type);
    }
  }

  get bodyUsed(): boolean {
    return this.#body.isUsed;
  }

  clone(): Request {
    return new Request(this);
  }

  async text(): Promise<string> {
    return this.#body.text();
  }

  async bytes(): Promise<Uint8Array> {
    return this.#body.bytes();
  }

  async arrayBuffer(): Promise<ArrayBufferLike> {
    return this.#body.bytes().buffer;
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#body.text());
  }
}

function copyBody(body: WebBody): WebBody {
  if (body.isUsed) throw new TypeError("the body of the request has been read");
  return new WebBody(body.content);
}

import { WebBody, type WebBodyInit } from "./body.ts";
import { Headers, type HeadersInit } from "./headers.ts";

export interface ResponseInit {
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: HeadersInit;
}

/** Statuses whose responses have no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Says where a response came from. */
export let setResponseUrl: (response: Response, url: string) => void;

/** The answer to a `fetch` (Fetch standard, section 5.5). */
export class Response {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly #body: WebBody;
  #url = "";

  static {
    setResponseUrl = (response: Response, url: string): void => {
      response.#url = url;
    };
  }

  constructor(body: WebBodyInit | undefined = null, init: ResponseInit = {}) {
    const { status = 200, statusText = "" } = init;
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`the status ${String(status)} is not a whole number from 200 to 599`);
    }
    this.status = status;
    this.statusText = statusText;
    this.headers = new Headers(init.headers);
    this.#body = new WebBody(body);
    if (this.#body.content !== undefined && WITHOUT_BODY.has(status)) {
      throw new TypeError(`a response of status ${status} has no body`);
    }
    const { type } = this.#body;
    if (type !== undefined && !this.headers.has("content-type")) {
      this.headers.set("content-type", type);
    }
  }

  static json(value: unknown, init: ResponseInit = {}): Response {
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`a ${typeof value} is no JSON`);
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new Response(text, { ...init, headers });
  }

  get ok(): boolean {
    return this.status < 300;
  }

  /** Of the request: where redirects have led is not told. */
  get url(): string {
    return this.#url;
  }

  get bodyUsed(): boolean {
    return this.#body.isUsed;
  }

  clone(): Response {
    if (this.#body.isUsed) throw new TypeError("the body of the response has been read");
    const { status, statusText, headers } = this;
    const copy = new Response(this.#body.content ?? null, { status, statusText, headers });
    if (!headers.has("content-type")) copy.headers.delete("content-type");
    copy.#url = this.#url;
    return copy;
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

import { bodyText } from "./runtime/body.ts";
import { checkToken } from "./runtime/edit-lines.ts";
import { findValues } from "./runtime/frame-head.ts";
import { decodeUtf8 } from "./runtime/native.ts";

const LINE_FEED = 10;

/** What `fetch` needs of a response and no author does. */
export let responseFields: (response: HttpResponse) => [name: string, value: string][];

/** The answer to a request that the plugin sent. */
export class HttpResponse {
  /** 200 to 599. */
  readonly status: number;
  readonly #head: string;
  readonly #body: Uint8Array;

  static {
    responseFields = (response: HttpResponse): [string, string][] => {
      const lines = response.#head.split("\n").slice(1, -1);
      return lines.map((line) => {
        const colon = line.indexOf(": ");
        return [line.slice(0, colon), line.slice(colon + 2)];
      });
    };
  }

  /** @internal An HTTP response frame (schemas/frames.abnf) makes it. */
  constructor(frame: Uint8Array) {
    const end = findHeadEnd(frame);
    this.#head = decodeUtf8(frame.subarray(0, end));
    this.#body = frame.subarray(end + 1);
    this.status = Number(this.#head.slice(1, 4));
  }

  /** Whether the status is one of 200 to 299. */
  get ok(): boolean {
    return this.status < 300;
  }

  /** The first value of a header, in any case of its name; null when there is none. */
  header(name: string): string | null {
    return this.headers(name)[0] ?? null;
  }

  /** All values of a header: each line of it is one. */
  headers(name: string): string[] {
    return findValues(this.#head, `\n${checkToken(name)}: `, 0, Infinity);
  }

  /** The body as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    return bodyText(this.#body);
  }

  /** The body byte for byte. */
  bytes(): Uint8Array {
    return this.#body;
  }

  /** The body as JSON. Throws a `SyntaxError` when it is none; nothing checks that it is a `T`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the author says what it is
  json<T = unknown>(): T {
    return JSON.parse(this.text());
  }
}

/** The second of the first two line feeds in a row: with the head goes the end of its last line. */
function findHeadEnd(frame: Uint8Array): number {
  let at = frame.indexOf(LINE_FEED);
  while (at >= 0 && frame[at + 1] !== LINE_FEED) at = frame.indexOf(LINE_FEED, at + 1);
  return at < 0 ? frame.length : at + 1;
}

import { bytesOf } from "../runtime/bytes.ts";
import { bodyBytes, bodyText } from "../runtime/body.ts";
import { URLSearchParams } from "./url-search-params.ts";

/** What a request or a response can be made of. There are no streams. */
export type WebBodyInit = string | ArrayBuffer | ArrayBufferView | URLSearchParams | null;

/** The body of a request or a response: it can be read once (Fetch standard, section 5.3). */
export class WebBody {
  readonly content: string | Uint8Array | undefined;
  /** What it is, when nothing else is said. */
  readonly type: string | undefined;
  #isUsed = false;

  constructor(init: WebBodyInit | undefined) {
    if (init === null || init === undefined) return;
    if (init instanceof URLSearchParams) {
      this.content = init.toString();
      this.type = "application/x-www-form-urlencoded;charset=UTF-8";
    } else if (typeof init === "object") {
      this.content = bytesOf(init).slice();
    } else {
      // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- a number, in JavaScript
      this.content = String(init).toWellFormed();
      this.type = "text/plain;charset=UTF-8";
    }
  }

  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Throws a `TypeError` when it has been read before. */
  take(): string | Uint8Array {
    if (this.#isUsed) throw new TypeError("the body has been read: clone() before the first time");
    this.#isUsed = this.content !== undefined;
    return this.content ?? "";
  }

  text(): string {
    return bodyText(this.take());
  }

  bytes(): Uint8Array {
    return bodyBytes(this.take()).slice();
  }
}

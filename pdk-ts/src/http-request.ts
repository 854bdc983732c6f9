import { checkBody, type BodyInput } from "./runtime/body.ts";
import { checkText, checkWhole } from "./runtime/arguments.ts";
import { checkToken, fieldLine } from "./runtime/edit-lines.ts";
import { encodeUtf8, type ServiceArgument } from "./runtime/native.ts";

const METHODS: ReadonlySet<string> = new Set("GET HEAD POST PUT PATCH DELETE OPTIONS".split(" "));
/** No host would be found, or another one than was meant. */
const NO_URL_CHARACTER = /[^!-~\u0080-\uffff]/;
const SCHEME = /^[Hh][Tt][Tt][Pp][Ss]?:\/\/./;

/** What `http.send` needs of a request and no author does. */
export let printHttpRequest: (request: HttpRequest) => ServiceArgument;

/** A request to be sent with `http.send`. */
export class HttpRequest {
  readonly method: string;
  readonly url: string;
  /** When to give up, redirects and body included; 0: when the operator's grant says so. */
  timeoutMs = 0;
  /** Lines of the frame by lower-case name. */
  readonly #headers = new Map<string, string>();
  #body: BodyInput | undefined = undefined;

  static {
    printHttpRequest = (request: HttpRequest): ServiceArgument => request.#print();
  }

  /** GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, and an absolute URL, http or https. */
  constructor(method: string, url: string) {
    if (!METHODS.has(method)) {
      throw new TypeError(`${JSON.stringify(method)} is none of ${[...METHODS].join(", ")}`);
    }
    if (!SCHEME.test(checkText("a URL", url)) || NO_URL_CHARACTER.test(url)) {
      throw new TypeError(`${JSON.stringify(url)} is no absolute http or https URL`);
    }
    this.method = method;
    this.url = url.toWellFormed();
  }

  /** Replaces all values of a header. */
  setHeader(name: string, value: string): void {
    this.#headers.set(checkToken(name), fieldLine(name, value));
  }

  /** Adds a value to a header and leaves the others. */
  appendHeader(name: string, value: string): void {
    const key = checkToken(name);
    this.#headers.set(key, (this.#headers.get(key) ?? "") + fieldLine(name, value));
  }

  /** Text, sent as UTF-8. Set `content-type` too. */
  setBody(body: string): void {
    this.#body = checkText("a body", body);
  }

  setBodyBytes(body: Uint8Array): void {
    this.#body = checkBody(body);
  }

  /** An HTTP request frame (schemas/frames.abnf). */
  #print(): ServiceArgument {
    checkWhole("timeoutMs", this.timeoutMs);
    const head = `${this.method} ${this.url}\n${[...this.#headers.values()].join("")}`;
    const body = this.#body;
    if (body === undefined) return head;
    if (typeof body === "string") return `${head}\n${body}`;
    const start = encodeUtf8(`${head}\n`);
    const frame = new Uint8Array(start.length + body.length);
    frame.set(start);
    frame.set(body, start.length);
    return frame;
  }
}

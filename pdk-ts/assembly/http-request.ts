import { Body } from "./body";
import { checkHeader, isToken, toLower } from "./header-edits";
import { quote } from "./json";
import { Lines } from "./lines";

/** Static, so that it is lazy. */
class Methods {
  static readonly all: string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
}

/** A request to be sent with `http.send`. */
export class HttpRequest {
  readonly method: string;
  readonly url: string;
  /** When to give up, redirects and body included; 0: when the operator's grant says so. */
  timeoutMs: f64 = 0;
  /** Lines of the frame by lower-case name. */
  private readonly headers: Map<string, string> = new Map();
  private sentBody: Body | null = null;

  /** GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, and an absolute URL, http or https. */
  constructor(method: string, url: string) {
    if (!Methods.all.includes(method)) {
      throw new TypeError(`${quote(method)} is none of ${Methods.all.join(", ")}`);
    }
    if (!isUrl(url)) throw new TypeError(`${quote(url)} is no absolute http or https URL`);
    this.method = method;
    this.url = url;
  }

  /** Replaces all values of a header. */
  setHeader(name: string, value: string): void {
    const key = nameOf(name);
    this.headers.set(key, line(key, name, value));
  }

  /** Adds a value to a header and leaves the others. */
  appendHeader(name: string, value: string): void {
    const key = nameOf(name);
    const before = this.headers.has(key) ? this.headers.get(key) : "";
    this.headers.set(key, before + line(key, name, value));
  }

  /** Text, sent as UTF-8. Set `content-type` too. */
  setBody(text: string): void {
    this.sentBody = Body.of<string>(text);
  }

  setBodyBytes(bytes: Uint8Array): void {
    this.sentBody = Body.of<Uint8Array>(bytes);
  }

  /** @internal */
  get body(): Body | null {
    return this.sentBody;
  }

  /** @internal In the form of frames.abnf. */
  get head(): Lines {
    const head = new Lines();
    head.text(`${this.method} ${this.url}\n`);
    const lines = this.headers.values();
    for (let i = 0, count = lines.length; i < count; i++) head.text(lines[i]);
    return head;
  }
}

function nameOf(name: string): string {
  if (!isToken(name)) throw new TypeError(`${quote(name)} is no header name`);
  return toLower(name);
}

function line(key: string, name: string, value: string): string {
  checkHeader(name, value);
  return `${key}: ${value}\n`;
}

/** Of one line and without spaces, as the host reads it. */
function isUrl(url: string): bool {
  const colon = url.indexOf("://");
  if (colon < 0 || colon + 3 == url.length) return false;
  const scheme = toLower(url.substring(0, colon));
  if (scheme != "http" && scheme != "https") return false;
  for (let i = colon + 3, length = url.length; i < length; i++) {
    const unit = url.charCodeAt(i);
    if (unit <= 0x20 || unit == 0x7f) return false;
  }
  return true;
}

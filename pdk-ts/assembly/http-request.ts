import { Body } from "./body";
import { checkHeader, isToken, toLower } from "./header-edits";
import { Lines } from "./lines";

/** A request that `http.send` sends. */
export class HttpRequest {
  /** Of all of it, redirects and body included; 0: as long as the operator grants. */
  timeoutMs: f64 = 0;
  private readonly names: string[] = [];
  private readonly values: string[] = [];
  private sentBody: Body | null = null;

  /** A method in upper case, and an absolute URL of a host that plugin.yaml lists. */
  constructor(
    readonly method: string,
    readonly url: string,
  ) {}

  /** Replaces all values of a header. */
  setHeader(name: string, value: string): void {
    checkHeader(name, value);
    const lower = toLower(name);
    for (let i = this.names.length - 1; i >= 0; i--) {
      if (this.names[i] != lower) continue;
      this.names.splice(i, 1);
      this.values.splice(i, 1);
    }
    this.names.push(lower);
    this.values.push(value);
  }

  /** Adds a value to a header and leaves the others. */
  appendHeader(name: string, value: string): void {
    checkHeader(name, value);
    this.names.push(toLower(name));
    this.values.push(value);
  }

  /** A text is sent as UTF-8. Set `content-type` too. */
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

  /** @internal Whether its first line is one line of three words, as the host reads it. */
  get isSound(): bool {
    const url = this.url;
    for (let i = 0, length = url.length; i < length; i++) {
      const unit = url.charCodeAt(i);
      if (unit <= 0x20 || unit == 0x7f) return false;
    }
    return isToken(this.method);
  }

  /** @internal In the form of frames.abnf. */
  get head(): Lines {
    const head = new Lines();
    head.text(`${this.method} ${this.url}\n`);
    for (let i = 0, count = this.names.length; i < count; i++) {
      head.text(`${this.names[i]}: ${this.values[i]}\n`);
    }
    return head;
  }
}

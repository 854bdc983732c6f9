import { isToken } from "./header-edits";
import { quote } from "./json";
import { findLineFeed, LF, valueOf } from "./lines";
import { decode, decodeBody } from "./utf8";

/** The answer to a request that the plugin sent. */
export class HttpResponse {
  /** @internal The response frame, which `http` makes it of. */
  constructor(private readonly bytesOfFrame: Uint8Array) {}

  /** 200 to 599. */
  get status(): i32 {
    const at = this.start;
    return digit(at + 1) * 100 + digit(at + 2) * 10 + digit(at + 3);
  }

  /** Whether the status is one of success, 200 to 299. */
  get ok(): bool {
    return this.status < 300;
  }

  /** The first value of a header, in any case of its name; null when there is none. */
  header(name: string): string | null {
    const values = this.headers(name);
    return values.length > 0 ? values[0] : null;
  }

  /** All values of a header: each line of it is one. */
  headers(name: string): string[] {
    if (!isToken(name)) throw new TypeError(`${quote(name)} is no header name`);
    const values: string[] = [];
    const end = this.end;
    let at = findLineFeed(this.start, end) + 1;
    while (at < end && load<u8>(at) != LF) {
      const feed = findLineFeed(at, end);
      const value = valueOf(at, feed, name, true);
      if (value != 0) values.push(decode(value, feed - value));
      at = feed + 1;
    }
    return values;
  }

  /** The body as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    const from = this.bodyStart;
    return decodeBody(from, this.end - from);
  }

  /** The body byte for byte. */
  bytes(): Uint8Array {
    return this.bytesOfFrame.slice(<i32>(this.bodyStart - this.start));
  }

  private get start(): usize {
    return this.bytesOfFrame.dataStart;
  }

  private get end(): usize {
    return this.start + <usize>this.bytesOfFrame.byteLength;
  }

  /** Behind the first empty line. */
  private get bodyStart(): usize {
    const end = this.end;
    let at = this.start;
    while (at < end && load<u8>(at) != LF) at = findLineFeed(at, end) + 1;
    return min(at + 1, end);
  }
}

function digit(at: usize): i32 {
  return <i32>load<u8>(at) - 0x30;
}

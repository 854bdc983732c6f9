import { lentBytes, lentText } from "./runtime/body.ts";

/** What `onCall` is called with: the input that another plugin gave to `plugins.call`. */
export class PluginCall {
  /** The input as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    return lentText(this);
  }

  /** The input byte for byte. */
  bytes(): Uint8Array {
    return lentBytes(this);
  }

  /** The input as JSON. Throws a `SyntaxError` when it is none; nothing checks that it is a `T`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the author says what it is
  json<T = unknown>(): T {
    return JSON.parse(this.text());
  }
}

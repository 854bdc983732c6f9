import { decodeBody } from "./utf8";

/** What another plugin calls with. */
export class PluginCall {
  /** @internal The host makes calls. */
  constructor(private readonly input: Uint8Array) {}

  /** The input as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    return decodeBody(this.input.dataStart, <usize>this.input.byteLength);
  }

  bytes(): Uint8Array {
    return this.input;
  }
}

import { encodeOutgoing, outgoingLength } from "./transfer";
import { decodeBody, toWellFormed } from "./utf8";

/** A body that a hook gave: a text without lone surrogates, or bytes. */
export class Body {
  constructor(
    readonly text: string | null,
    readonly bytes: Uint8Array | null,
  ) {}

  /** Of a `string` or a `Uint8Array`; anything else does not compile. */
  static of<T>(body: T): Body {
    if (isString<T>()) return new Body(toWellFormed(<string>body), null);
    if (body instanceof Uint8Array) return new Body(null, <Uint8Array>body);
    throw new TypeError("a body is a string or a Uint8Array");
  }

  toText(): string {
    const text = this.text;
    if (text !== null) return text;
    const bytes = this.bytes!;
    return decodeBody(bytes.dataStart, <usize>bytes.byteLength);
  }

  toBytes(): Uint8Array {
    const bytes = this.bytes;
    if (bytes !== null) return bytes;
    const from = encodeOutgoing(this.text!);
    const copy = new Uint8Array(<i32>outgoingLength());
    memory.copy(copy.dataStart, from, outgoingLength());
    return copy;
  }
}

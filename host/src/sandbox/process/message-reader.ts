import { Buffer } from "node:buffer";

/** Before every message: length of the payload as u32, kind as u8, little-endian. */
export const HEADER_BYTES = 5;

/** One message as it came; the payload is lent until the next chunk is pushed. */
export interface RawMessage {
  readonly kind: number;
  readonly payload: Buffer;
}

/** The other side broke the rules of the pipe: nothing that it says later can be trusted. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Cuts a stream of chunks into messages. Most chunks are whole messages: these are not copied. */
export class MessageReader {
  /** The longest payload of each kind that may come. */
  readonly #longest: ReadonlyMap<number, number>;
  /** The beginning of a message whose end has not come yet. */
  #begun: Buffer = NOTHING;
  /** How many bytes of it have come. */
  #filled = 0;

  constructor(longest: ReadonlyMap<number, number>) {
    this.#longest = longest;
  }

  /** Throws `MalformedMessage` for a kind that may not come, and for too long a payload. */
  *push(chunk: Buffer): Generator<RawMessage, void> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#filled > 0) {
        rest = this.#fill(rest);
        const whole = this.#takeWhole();
        if (whole !== undefined) yield whole;
        continue;
      }
      const size = rest.length < HEADER_BYTES ? HEADER_BYTES : this.#sizeOf(rest);
      if (rest.length >= size) {
        yield toMessage(rest.subarray(0, size));
        rest = rest.subarray(size);
      } else {
        this.#begun = Buffer.allocUnsafeSlow(size);
        rest = this.#fill(rest);
      }
    }
  }

  #fill(bytes: Buffer): Buffer {
    const copied = bytes.copy(this.#begun, this.#filled);
    this.#filled += copied;
    return bytes.subarray(copied);
  }

  /** The begun message if all of it has come; a header that has come makes room for its payload. */
  #takeWhole(): RawMessage | undefined {
    if (this.#filled < this.#begun.length) return undefined;
    const size = this.#sizeOf(this.#begun);
    if (size > this.#filled) {
      const header = this.#begun;
      this.#begun = Buffer.allocUnsafeSlow(size);
      header.copy(this.#begun);
      return undefined;
    }
    const whole = toMessage(this.#begun);
    this.#begun = NOTHING;
    this.#filled = 0;
    return whole;
  }

  /** Size of the message that begins here, checked before anything of that size is made. */
  #sizeOf(bytes: Buffer): number {
    const length = bytes.readUInt32LE(0);
    const kind = bytes.readUInt8(4);
    const longest = this.#longest.get(kind);
    if (longest === undefined) throw new MalformedMessage(`a message of unknown kind ${kind}`);
    if (length > longest) {
      throw new MalformedMessage(`a message of kind ${kind} with ${length} bytes, not ${longest}`);
    }
    return HEADER_BYTES + length;
  }
}

function toMessage(bytes: Buffer): RawMessage {
  return { kind: bytes.readUInt8(4), payload: bytes.subarray(HEADER_BYTES) };
}

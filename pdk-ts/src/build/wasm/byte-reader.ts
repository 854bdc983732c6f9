const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a WebAssembly module that this package made itself: damage is an installation gone wrong,
 * so every fault is one plain `Error`.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  get offset(): number {
    return this.#at;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Error("the module ends in the middle of a value");
    this.#at += 1;
    return byte;
  }

  /** The next `length` bytes, not copied. */
  bytes(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new Error("the module ends in a section");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Everything from `offset` up to here, not copied. */
  since(offset: number): Uint8Array {
    return this.#bytes.subarray(offset, this.#at);
  }

  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#at);
  }

  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new Error("a number in the module is longer than five bytes");
  }

  /** Passes over an integer of any size. */
  skipInteger(): void {
    while (this.byte() >= 0x80);
  }

  name(): string {
    return UTF8.decode(this.bytes(this.u32()));
  }

  /** A vector: its count, then its elements. The count is checked by running out of bytes. */
  list<T>(readElement: () => T): T[] {
    const count = this.u32();
    if (count > this.#bytes.length - this.#at) throw new Error("a list is longer than its section");
    return Array.from({ length: count }, readElement);
  }
}

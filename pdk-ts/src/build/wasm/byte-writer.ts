const UTF8 = new TextEncoder();

/** Collects parts of a module; `u32`, `s32` and `s64` are LEB128 in its shortest form. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];

  byte(...bytes: readonly number[]): this {
    this.#parts.push(Uint8Array.from(bytes));
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  u32(value: number): this {
    const bytes: number[] = [];
    let rest = value >>> 0;
    for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
    return this.byte(...bytes);
  }

  s32(value: number): this {
    return this.s64(BigInt(value | 0));
  }

  s64(value: bigint): this {
    const bytes: number[] = [];
    let rest = BigInt.asIntN(64, value);
    while (rest < -64n || rest > 63n) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest & 0x7fn));
    return this.byte(...bytes);
  }

  name(text: string): this {
    const bytes = UTF8.encode(text);
    return this.u32(bytes.length).bytes(bytes);
  }

  /** A vector: its count, then its elements. */
  list<T>(elements: readonly T[], writeElement: (element: T) => void): this {
    this.u32(elements.length);
    for (const element of elements) writeElement(element);
    return this;
  }

  finish(): Uint8Array {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}

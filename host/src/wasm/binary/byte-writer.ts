const utf8 = new TextEncoder();

/** An integer takes at most ten bytes as LEB128: ⌈64 / 7⌉. */
const LEB_BYTES_MAX = 10;
const SIZE_FIELD_BYTES = 5;
/** Below it a loop is faster than making a view for `set`. */
const SHORT_COPY_MAX = 32;

/** Appends to a growing buffer. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(Math.max(capacity, LEB_BYTES_MAX));
  }

  get length(): number {
    return this.#length;
  }

  u8(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  u32(value: number): void {
    this.#reserve(LEB_BYTES_MAX);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  u64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      this.u8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.u8(Number(rest));
  }

  /** Signed LEB128 of a safe integer within 32 bits. */
  s32(value: number): void {
    this.#reserve(LEB_BYTES_MAX);
    let rest = value;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const signBit = (low & 0x40) !== 0;
      if ((rest === 0 && !signBit) || (rest === -1 && signBit)) {
        this.#bytes[this.#length++] = low;
        return;
      }
      this.#bytes[this.#length++] = low | 0x80;
    }
  }

  s64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const signBit = (low & 0x40) !== 0;
      if ((rest === 0n && !signBit) || (rest === -1n && signBit)) {
        this.u8(low);
        return;
      }
      this.u8(low | 0x80);
    }
  }

  name(text: string): void {
    const encoded = utf8.encode(text);
    this.u32(encoded.length);
    this.copy(encoded, 0, encoded.length);
  }

  raw(bytes: Uint8Array): void {
    this.copy(bytes, 0, bytes.length);
  }

  copy(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    if (end - start > SHORT_COPY_MAX) {
      this.#bytes.set(source.subarray(start, end), this.#length);
      this.#length += end - start;
      return;
    }
    for (let index = start; index < end; index++) {
      this.#bytes[this.#length++] = source[index] ?? 0;
    }
  }

  /**
   * Leaves room for a size, so that what follows needs no copy to be measured. The size takes five
   * bytes however small it is: LEB128 allows padding.
   */
  openSized(): number {
    this.#reserve(SIZE_FIELD_BYTES);
    this.#length += SIZE_FIELD_BYTES;
    return this.#length;
  }

  /** Fills in the size of everything written since `openSized` returned `mark`. */
  closeSized(mark: number): void {
    let rest = this.#length - mark;
    const field = mark - SIZE_FIELD_BYTES;
    for (let index = 0; index < SIZE_FIELD_BYTES - 1; index++) {
      this.#bytes[field + index] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[mark - 1] = rest;
  }

  /** What was written so far: a view that later writes may leave behind. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(extra: number): void {
    const needed = this.#length + extra;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

import { BackworksError } from "../../lib/errors.ts";

// Names are data: a byte order mark is a character like any other.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a range of a module's bytes. It owns bounds and offsets: whatever the bytes are, a read
 * either succeeds or throws `plugin_malformed` with the offset in the file.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.offset = start;
    this.end = end;
  }

  get left(): number {
    return this.end - this.offset;
  }

  u8(): number {
    const byte = this.offset < this.end ? this.bytes[this.offset] : undefined;
    if (byte === undefined) throw this.malformed("it ends too early");
    this.offset++;
    return byte;
  }

  /** The next byte, not consumed; undefined at the end. */
  peek(): number | undefined {
    return this.offset < this.end ? this.bytes[this.offset] : undefined;
  }

  /** Core spec 5.2.2: at most five bytes, the unused bits of the last one zero. */
  u32(): number {
    const first = this.u8();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.u8();
    if (last > 0x0f) throw this.malformed("an unsigned integer exceeds 32 bits", this.offset - 1);
    return (value | (last << 28)) >>> 0;
  }

  u64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 63n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.u8();
    if (last > 1) throw this.malformed("an unsigned integer exceeds 64 bits", this.offset - 1);
    return value | (BigInt(last) << 63n);
  }

  /** Signed LEB128 of 32, 33 (block and heap types) or 64 bits. */
  signed(bits: 32 | 33 | 64): bigint {
    const bytesMax = Math.ceil(bits / 7);
    let value = 0n;
    for (let index = 0; index < bytesMax; index++) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte >= 0x80) continue;
      const signed = BigInt.asIntN(7 * (index + 1), value);
      if (signed !== BigInt.asIntN(bits, signed)) break;
      return signed;
    }
    throw this.malformed(`a signed integer exceeds ${bits} bits`, this.offset - 1);
  }

  /** An integer whose value does not matter. Whether it is well formed, V8 has said already. */
  skipInteger(): void {
    while (this.u8() >= 0x80);
  }

  skip(length: number): void {
    if (length > this.left) throw this.malformed("it ends too early");
    this.offset += length;
  }

  /** Passes so many bytes and returns the offset at which they begin. */
  pass(length: number): number {
    if (length > this.left) {
      throw this.malformed(`${length} bytes are announced, ${this.left} are left`);
    }
    const start = this.offset;
    this.offset += length;
    return start;
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    return this.bytes.subarray(this.pass(length), this.offset);
  }

  name(): string {
    const start = this.offset;
    const encoded = this.take(this.u32());
    try {
      return utf8.decode(encoded);
    } catch {
      throw this.malformed("a name is not UTF-8", start);
    }
  }

  /** A vector: its count is checked against the bytes left, since an item takes at least one. */
  list<T>(readItem: (index: number) => T): T[] {
    const count = this.count();
    const items: T[] = [];
    for (let index = 0; index < count; index++) items.push(readItem(index));
    return items;
  }

  count(): number {
    const start = this.offset;
    const count = this.u32();
    if (count > this.left) {
      throw this.malformed(`${count} items are announced, ${this.left} bytes are left`, start);
    }
    return count;
  }

  expectEnd(what: string): void {
    if (this.left > 0) throw this.malformed(`${this.left} bytes too many in ${what}`);
  }

  malformed(reason: string, offset: number = this.offset): BackworksError {
    return new BackworksError(
      "plugin_malformed",
      `malformed WebAssembly module at byte ${offset}: ${reason}`,
      { details: { offset } },
    );
  }
}

/**
 * Lines of a frame, as bytes: nothing of them becomes a string before an author reads it. Every line
 * ends in a line feed, and no value in it has one.
 */
import { encode, encodedMax } from "./utf8";

export const LF: u8 = 0x0a;

const LF_WORD: u64 = 0x0a0a0a0a0a0a0a0a;
const ONES: u64 = 0x0101010101010101;
const HIGH_BITS: u64 = 0x8080808080808080;

/** Where the first line feed lies; `end` when there is none. */
export function findLineFeed(from: usize, end: usize): usize {
  let at = from;
  for (; at + 8 <= end; at += 8) {
    const word = load<u64>(at) ^ LF_WORD;
    const found = (word - ONES) & ~word & HIGH_BITS;
    if (found != 0) return at + ((<usize>ctz(found)) >> 3);
  }
  while (at < end && load<u8>(at) != LF) at++;
  return at;
}

/**
 * Where the value of the line at `at` begins, if it is `name: value`; 0 if it is not. An upper-case
 * letter of `name` stands for its lower case when `anyCase` is set.
 */
export function valueOf(at: usize, end: usize, name: string, anyCase: bool): usize {
  const length = name.length;
  if (at + <usize>length + 2 > end || !isName(at, name, anyCase)) return 0;
  const value = at + <usize>length;
  return load<u16>(value) == COLON_SPACE ? value + 2 : 0;
}

/** ": " */
const COLON_SPACE: u16 = 0x203a;

/** Whether the bytes at `at` are this name. */
export function isName(at: usize, name: string, anyCase: bool): bool {
  for (let i = 0, length = name.length; i < length; i++) {
    let unit = name.charCodeAt(i);
    if (anyCase && unit >= 0x41 && unit <= 0x5a) unit += 0x20;
    if (<i32>load<u8>(at + <usize>i) != unit) return false;
  }
  return true;
}

/** Lines of an edits frame: those that a hook has made so far. */
export class Lines {
  private bytes: StaticArray<u8> = new StaticArray<u8>(FIRST_BYTES);
  length: usize = 0;

  get start(): usize {
    return changetype<usize>(this.bytes);
  }

  get end(): usize {
    return this.start + this.length;
  }

  /** Room for so many bytes more; returns where to write them. */
  private reserve(more: usize): usize {
    const wanted = this.length + more;
    const bytesMax = <usize>this.bytes.length;
    if (wanted > bytesMax) {
      const grown = new StaticArray<u8>(<i32>max(wanted, bytesMax << 1));
      memory.copy(changetype<usize>(grown), this.start, this.length);
      this.bytes = grown;
    }
    return this.end;
  }

  byte(value: u8): void {
    store<u8>(this.reserve(1), value);
    this.length += 1;
  }

  text(text: string): void {
    const to = this.reserve(encodedMax(text));
    this.length += encode(text, to) - to;
  }

  bytesOf(bytes: Uint8Array): void {
    const length = <usize>bytes.byteLength;
    memory.copy(this.reserve(length), bytes.dataStart, length);
    this.length += length;
  }

  /** A header's name, whose letters become small. */
  name(name: string): void {
    const to = this.reserve(<usize>name.length);
    for (let i = 0, length = name.length; i < length; i++) {
      const unit = name.charCodeAt(i);
      const isUpper = unit >= 0x41 && unit <= 0x5a;
      store<u8>(to + <usize>i, <u8>(isUpper ? unit + 0x20 : unit));
    }
    this.length += <usize>name.length;
  }

  /** Adds a copy of other lines. */
  lines(others: Lines): void {
    memory.copy(this.reserve(others.length), others.start, others.length);
    this.length += others.length;
  }
}

/** Most hooks set a header or two. */
const FIRST_BYTES: i32 = 120;

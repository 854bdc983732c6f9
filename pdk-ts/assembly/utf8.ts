/**
 * UTF-8 to UTF-16 and back, as the WHATWG Encoding standard has it: what is not UTF-8 becomes one
 * U+FFFD for each maximal part of a character, and so does a surrogate that has lost its other half.
 * The library's `String.UTF8` passes both on.
 */

export const REPLACEMENT: u32 = 0xfffd;

const ASCII_BYTES: u64 = 0x8080808080808080;
const ASCII_UNITS: u64 = 0xff80ff80ff80ff80;

/** Where the character that `readPoint` read ends, and whether it was one. */
let next: usize = 0;
let isBroken: bool = false;

/** Reads the character at `at`, which is below `end`. */
function readPoint(at: usize, end: usize): u32 {
  const lead = <u32>load<u8>(at++);
  next = at;
  if (lead < 0x80) return lead;
  let point: u32 = 0;
  let needed: i32 = 0;
  let lowest: u32 = 0x80;
  let highest: u32 = 0xbf;
  if (lead >= 0xc2 && lead < 0xe0) {
    needed = 1;
    point = lead & 0x1f;
  } else if (lead >= 0xe0 && lead < 0xf0) {
    needed = 2;
    point = lead & 0x0f;
    // No longer form than needed, no surrogates, nothing above U+10FFFF: table 3-7 of Unicode.
    if (lead == 0xe0) lowest = 0xa0;
    if (lead == 0xed) highest = 0x9f;
  } else if (lead >= 0xf0 && lead < 0xf5) {
    needed = 3;
    point = lead & 0x07;
    if (lead == 0xf0) lowest = 0x90;
    if (lead == 0xf4) highest = 0x8f;
  }
  let isWhole = needed > 0;
  for (; isWhole && needed > 0; needed--) {
    const byte = at < end ? <u32>load<u8>(at) : 0;
    isWhole = byte >= lowest && byte <= highest;
    if (!isWhole) break;
    point = (point << 6) | (byte & 0x3f);
    lowest = 0x80;
    highest = 0xbf;
    next = ++at;
  }
  if (isWhole) return point;
  isBroken = true;
  return REPLACEMENT;
}

/** The text of these bytes. */
export function decode(from: usize, length: usize): string {
  const end = from + length;
  const ascii = asciiEnd(from, end);
  let units = ascii - from;
  for (let at = ascii; at < end; at = next) units += readPoint(at, end) < 0x10000 ? 1 : 2;
  if (units == 0) return "";
  const text = changetype<string>(__new(units << 1, idof<string>()));
  let to = changetype<usize>(text);
  widen(to, from, ascii - from);
  to += (ascii - from) << 1;
  for (let at = ascii; at < end; at = next) to = storePoint(to, readPoint(at, end));
  return text;
}

/** The same of a body: a byte order mark is no part of a text (WHATWG Encoding, "UTF-8 decode"). */
export function decodeBody(from: usize, length: usize): string {
  const isMarked = length >= 3 && load<u16>(from) == 0xbbef && load<u8>(from + 2) == 0xbf;
  return isMarked ? decode(from + 3, length - 3) : decode(from, length);
}

/** Whether all of these bytes are UTF-8. */
export function isUtf8(from: usize, length: usize): bool {
  isBroken = false;
  const end = from + length;
  for (let at = from; at < end; at = next) readPoint(at, end);
  return !isBroken;
}

function storePoint(to: usize, point: u32): usize {
  if (point < 0x10000) {
    store<u16>(to, <u16>point);
    return to + 2;
  }
  const rest = point - 0x10000;
  store<u16>(to, <u16>(0xd800 | (rest >> 10)));
  store<u16>(to + 2, <u16>(0xdc00 | (rest & 0x3ff)));
  return to + 4;
}

/** Where the first byte that is not ASCII lies. */
function asciiEnd(from: usize, end: usize): usize {
  let at = from;
  while (at + 8 <= end && (load<u64>(at) & ASCII_BYTES) == 0) at += 8;
  while (at < end && load<u8>(at) < 0x80) at++;
  return at;
}

/** Bytes to units, four at a time. */
function widen(to: usize, from: usize, length: usize): void {
  let i: usize = 0;
  for (; i + 4 <= length; i += 4) {
    let four = <u64>load<u32>(from + i);
    four = (four | (four << 16)) & 0x0000ffff0000ffff;
    four = (four | (four << 8)) & 0x00ff00ff00ff00ff;
    store<u64>(to + (i << 1), four);
  }
  for (; i < length; i++) store<u16>(to + (i << 1), <u16>load<u8>(from + i));
}

/** A unit of UTF-16 takes at most three bytes. */
export function encodedMax(text: string): usize {
  return <usize>text.length * 3;
}

/** Writes the UTF-8 of a text, with room for `encodedMax`. Returns where it ends. */
export function encode(text: string, to: usize): usize {
  let at = changetype<usize>(text);
  const end = at + ((<usize>text.length) << 1);
  while (at + 8 <= end && (load<u64>(at) & ASCII_UNITS) == 0) {
    let four = load<u64>(at);
    four = (four | (four >> 8)) & 0x0000ffff0000ffff;
    store<u32>(to, <u32>(four | (four >> 16)));
    at += 8;
    to += 4;
  }
  while (at < end) {
    const unit = <u32>load<u16>(at);
    at += 2;
    if (unit < 0x80) {
      store<u8>(to++, <u8>unit);
    } else if (isLow(at, end) && (unit & 0xfc00) == 0xd800) {
      to = encodePoint(0x10000 + ((unit & 0x3ff) << 10) + ((<u32>load<u16>(at)) & 0x3ff), to);
      at += 2;
    } else {
      to = encodePoint((unit & 0xf800) == 0xd800 ? REPLACEMENT : unit, to);
    }
  }
  return to;
}

function isLow(at: usize, end: usize): bool {
  return at < end && ((<u32>load<u16>(at)) & 0xfc00) == 0xdc00;
}

function encodePoint(point: u32, to: usize): usize {
  if (point < 0x800) {
    store<u8>(to++, <u8>(0xc0 | (point >> 6)));
  } else {
    if (point < 0x10000) {
      store<u8>(to++, <u8>(0xe0 | (point >> 12)));
    } else {
      store<u8>(to++, <u8>(0xf0 | (point >> 18)));
      store<u8>(to++, <u8>(0x80 | ((point >> 12) & 0x3f)));
    }
    store<u8>(to++, <u8>(0x80 | ((point >> 6) & 0x3f)));
  }
  store<u8>(to++, <u8>(0x80 | (point & 0x3f)));
  return to;
}

/** The text with U+FFFD for every surrogate that has lost its other half. */
export function toWellFormed(text: string): string {
  let at = changetype<usize>(text);
  const end = at + ((<usize>text.length) << 1);
  while (at < end) {
    if (at + 8 <= end && (load<u64>(at) & ASCII_UNITS) == 0) {
      at += 8;
      continue;
    }
    const unit = <u32>load<u16>(at);
    at += 2;
    if ((unit & 0xf800) != 0xd800) continue;
    if ((unit & 0xfc00) != 0xd800 || !isLow(at, end)) return replaceLone(text);
    at += 2;
  }
  return text;
}

function replaceLone(text: string): string {
  const bytes = new StaticArray<u8>(<i32>encodedMax(text));
  const from = changetype<usize>(bytes);
  return decode(from, encode(text, from) - from);
}

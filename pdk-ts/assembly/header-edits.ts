/** Header lines of an edits frame, and headers as they will be once those edits are made. */
import { quote } from "./json";
import { findLineFeed, isName, LF, Lines, valueOf } from "./lines";
import { decode } from "./utf8";

const SET: u8 = 0x2b; // +
const APPEND: u8 = 0x26; // &
const REMOVE: u8 = 0x2d; // -

const HEADER_EDITS_MAX: usize = 100;
const HEAD_BYTES_MAX: usize = 16384;
/** `-x` and a line feed. */
const EDIT_BYTES_MIN: usize = 3;

/** Headers that frame the message: the host writes them. */
const HOST_HEADERS: string[] = [
  "connection",
  "content-length",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

export function setHeaderLine(edits: Lines, name: string, value: string): void {
  writeHeader(edits, SET, name, value);
}

export function appendHeaderLine(edits: Lines, name: string, value: string): void {
  writeHeader(edits, APPEND, name, value);
}

export function removeHeaderLine(edits: Lines, name: string): void {
  checkName(name);
  edits.byte(REMOVE);
  edits.name(name);
  edits.byte(LF);
}

/** What the host would refuse is refused here: it refuses a frame as a whole. */
function writeHeader(edits: Lines, kind: u8, name: string, value: string): void {
  checkHeader(name, value);
  edits.byte(kind);
  edits.name(name);
  edits.text(": ");
  edits.text(value);
  edits.byte(LF);
}

/** Throws for a header that no message can have, or that only the host writes. */
export function checkHeader(name: string, value: string): void {
  checkName(name);
  checkValue(name, value);
}

/** No header can carry control characters but HTAB, nor what Latin-1 does not have. */
function checkValue(name: string, value: string): void {
  for (let i = 0, length = value.length; i < length; i++) {
    const unit = value.charCodeAt(i);
    if (unit >= 0x20 && unit != 0x7f && unit <= 0xff) continue;
    if (unit == 0x09) continue;
    throw new TypeError(
      `the value of header ${name} has ${quote(value.charAt(i))}, which no header can carry`,
    );
  }
}

function checkName(name: string): void {
  if (!isToken(name)) throw new TypeError(`${quote(name)} is no header name`);
  if (HOST_HEADERS.includes(toLower(name))) {
    throw new TypeError(`the host alone writes header ${toLower(name)}`);
  }
}

/** Of ASCII: a header's name has no other letters, and the library's tables for those are 12 KB. */
export function toLower(name: string): string {
  let lower = "";
  let from = 0;
  for (let i = 0, length = name.length; i < length; i++) {
    const unit = name.charCodeAt(i);
    if (unit < 0x41 || unit > 0x5a) continue;
    lower += name.substring(from, i) + String.fromCharCode(unit + 0x20);
    from = i + 1;
  }
  return from == 0 ? name : lower + name.substring(from);
}

/** Throws when a hook says more than the host takes. */
export function checkHead(head: Lines): void {
  const length = head.length;
  if (length > EDIT_BYTES_MIN * HEADER_EDITS_MAX) {
    const edits = countEdits(head);
    if (edits > <i32>HEADER_EDITS_MAX) {
      throw new RangeError(`${edits} changes of headers: the host takes ${HEADER_EDITS_MAX}`);
    }
  }
  if (length <= HEAD_BYTES_MAX) return;
  throw new RangeError(
    `headers and provided values take ${length} bytes: the host takes ${HEAD_BYTES_MAX}`,
  );
}

function countEdits(head: Lines): i32 {
  let count = 0;
  for (let at = head.start, end = head.end; at < end; at = findLineFeed(at, end) + 1) {
    const kind = load<u8>(at);
    if (kind == SET || kind == APPEND || kind == REMOVE) count += 1;
  }
  return count;
}

/** `values` of a header as they are once `edits` have been made. */
export function applyEdits(values: string[], edits: Lines, name: string): string[] {
  for (let at = edits.start, end = edits.end; at < end;) {
    const feed = findLineFeed(at, end);
    const kind = load<u8>(at);
    if (kind == SET || kind == APPEND) {
      const value = valueOf(at + 1, feed, name, true);
      if (value != 0) {
        if (kind == SET) values = [];
        values.push(decode(value, feed - value));
      }
    } else if (kind == REMOVE) {
      const isIt = feed - at - 1 == <usize>name.length && isName(at + 1, name, true);
      if (isIt) values = [];
    }
    at = feed + 1;
  }
  return values;
}

/** RFC 9110, section 5.6.2. */
export function isToken(name: string): bool {
  for (let i = 0, length = name.length; i < length; i++) {
    if (!isTokenUnit(name.charCodeAt(i))) return false;
  }
  return name.length > 0;
}

/** Units 0x21 to 0x7e that may stand in a token, a bit each: 0x21-0x3f, then 0x40-0x7e. */
const TOKEN_LOW: u64 = 0x03ff6cfa00000000;
const TOKEN_HIGH: u64 = 0x57ffffffc7fffffe;

function isTokenUnit(unit: i32): bool {
  if (unit >= 0x80) return false;
  const bits = unit < 0x40 ? TOKEN_LOW : TOKEN_HIGH;
  return ((bits >> (<u64>(unit & 0x3f))) & 1) != 0;
}

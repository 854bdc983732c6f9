/** As much of JSON as the bindings need: strings, numbers and truth values. */
import { decode } from "./utf8";

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

/** A text as a JSON string; lone surrogates are escaped, as `JSON.stringify` does it. */
export function quote(text: string): string {
  const length = text.length;
  let json = '"';
  let from = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x20 && unit != 0x22 && unit != 0x5c && (unit & 0xf800) != 0xd800) continue;
    if (isPair(text, i)) {
      i++;
      continue;
    }
    json += text.substring(from, i) + escape(unit);
    from = i + 1;
  }
  return (from == 0 ? json + text : json + text.substring(from)) + '"';
}

function isPair(text: string, i: i32): bool {
  if ((text.charCodeAt(i) & 0xfc00) != 0xd800 || i + 1 == text.length) return false;
  return (text.charCodeAt(i + 1) & 0xfc00) == 0xdc00;
}

function escape(unit: i32): string {
  switch (unit) {
    case 0x08:
      return "\\b";
    case 0x09:
      return "\\t";
    case 0x0a:
      return "\\n";
    case 0x0c:
      return "\\f";
    case 0x0d:
      return "\\r";
    case 0x22:
      return '\\"';
    case 0x5c:
      return "\\\\";
    default:
      return "\\u" + unit.toString(16).padStart(4, "0");
  }
}

/** Whether JSON of the host, which is valid, is a string. */
export function isJsonString(from: usize, end: usize): bool {
  const start = skipSpace(from, end);
  return start < end && load<u8>(start) == QUOTE;
}

/** Whether JSON of the host is `null`. */
export function isJsonNull(from: usize, end: usize): bool {
  const start = skipSpace(from, end);
  return start < end && load<u8>(start) == 0x6e;
}

/** The text of a JSON string that the host wrote, and so is one. */
export function parseJsonString(from: usize, end: usize): string {
  const start = skipSpace(from, end) + 1;
  let at = start;
  let hasEscapes = false;
  for (; at < end && load<u8>(at) != QUOTE; at++) {
    if (load<u8>(at) != BACKSLASH) continue;
    hasEscapes = true;
    at++;
  }
  const text = decode(start, at - start);
  return hasEscapes ? unescape(text) : text;
}

export function skipSpace(from: usize, end: usize): usize {
  let at = from;
  while (at < end && load<u8>(at) <= 0x20) at++;
  return at;
}

function unescape(text: string): string {
  let result = "";
  let from = 0;
  for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", from)) {
    const unit = text.charCodeAt(at + 1);
    const isLong = unit == 0x75;
    const escaped = isLong ? <i32>parseInt(text.substr(at + 2, 4), 16) : unescapeUnit(unit);
    result += text.substring(from, at) + String.fromCharCode(escaped);
    from = at + (isLong ? 6 : 2);
    // The search begins behind the escape: "\\\\" is one backslash, not the start of another.
  }
  return result + text.substring(from);
}

function unescapeUnit(unit: i32): i32 {
  switch (unit) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return unit;
  }
}

/** Members of JSON objects that the host wrote, and which so are valid. */
import { isJsonString, parseJsonString, skipSpace } from "./json";

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const COMMA: u8 = 0x2c;
const OPEN_BRACE: u8 = 0x7b;
const CLOSE_BRACE: u8 = 0x7d;
const OPEN_BRACKET: u8 = 0x5b;
const CLOSE_BRACKET: u8 = 0x5d;

/** Where the value that `findMember` found ends. */
export let memberEnd: usize = 0;

/** Where the value of an object's member begins; 0 when there is none, or no object. */
export function findMember(from: usize, end: usize, name: string): usize {
  let at = skipSpace(from, end);
  if (at >= end || load<u8>(at) != OPEN_BRACE) return 0;
  at = skipSpace(at + 1, end);
  while (at < end && load<u8>(at) == QUOTE) {
    const keyEnd = skipValue(at, end);
    // Behind the key is a colon.
    const value = skipSpace(skipSpace(keyEnd, end) + 1, end);
    const valueEnd = skipValue(value, end);
    if (parseJsonString(at, keyEnd) == name) {
      memberEnd = valueEnd;
      return value;
    }
    at = skipSpace(skipSpace(valueEnd, end) + 1, end);
  }
  return 0;
}

/** The text of a member; null when there is none, or it is no text. */
export function textMember(from: usize, end: usize, name: string): string | null {
  const value = findMember(from, end, name);
  if (value == 0 || !isJsonString(value, memberEnd)) return null;
  return parseJsonString(value, memberEnd);
}

/** The texts of a member that is an array. */
export function textsMember(from: usize, end: usize, name: string): string[] {
  const texts: string[] = [];
  let at = findMember(from, end, name);
  if (at == 0 || load<u8>(at) != OPEN_BRACKET) return texts;
  const last = memberEnd;
  at = skipSpace(at + 1, last);
  while (at < last && load<u8>(at) != CLOSE_BRACKET) {
    const valueEnd = skipValue(at, last);
    if (isJsonString(at, valueEnd)) texts.push(parseJsonString(at, valueEnd));
    at = skipSpace(valueEnd, last);
    if (at < last && load<u8>(at) == COMMA) at = skipSpace(at + 1, last);
  }
  return texts;
}

/** Where the value at `at` ends. */
function skipValue(at: usize, end: usize): usize {
  let depth = 0;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == QUOTE) {
      at = skipText(at, end);
      if (depth == 0) return at;
      at--;
    } else if (byte == OPEN_BRACE || byte == OPEN_BRACKET) {
      depth++;
    } else if (byte == CLOSE_BRACE || byte == CLOSE_BRACKET) {
      if (depth == 0) return at;
      if (--depth == 0) return at + 1;
    } else if (depth == 0 && (byte == COMMA || byte <= 0x20)) {
      return at;
    }
  }
  return end;
}

/** Where the text that begins at `at` ends, behind its quote. */
function skipText(at: usize, end: usize): usize {
  at++;
  while (at < end && load<u8>(at) != QUOTE) at += load<u8>(at) == BACKSLASH ? 2 : 1;
  return min(at + 1, end);
}

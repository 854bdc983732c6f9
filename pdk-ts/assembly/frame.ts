/**
 * The exchange frame of the call that runs. It is searched where it lies, line by line: a hook that
 * reads one header pays for the lines up to it.
 */
import * as kernel from "./kernel";
import { findLineFeed, LF, valueOf } from "./lines";
import { forgetPlace } from "./place";
import { readInput } from "./transfer";
import { decode, decodeBody } from "./utf8";

const COLON: u8 = 0x3a;
const EXCLAMATION: u8 = 0x21;
const SPACE: u8 = 0x20;

/** Counts the calls of this instance, so that what outlives its own is told from what does not. */
export let call: u32 = 0;

let start: usize = 0;
let end: usize = 0;

/** A new call begins. */
export function beginCall(): void {
  forgetPlace();
  call += 1;
}

/** Reads the input of a new call. */
export function openFrame(): void {
  beginCall();
  const length = <usize>kernel.inputLength();
  start = readInput(length);
  end = start + length;
}

/** From here on nothing can be read of this call's frame. */
export function closeFrame(): void {
  call += 1;
}

function lineAfter(at: usize): usize {
  return findLineFeed(at, end) + 1;
}

export function method(): string {
  let at = start;
  while (load<u8>(at) != SPACE) at++;
  return decode(start, at - start);
}

export function target(): string {
  let at = start;
  while (load<u8>(at) != SPACE) at++;
  return decode(at + 1, findLineFeed(at, end) - at - 1);
}

/** First line of the request's headers, and of the context lines behind them: no name has a colon. */
function contextStart(): usize {
  let at = lineAfter(start);
  while (at < end && load<u8>(at) != COLON) at = lineAfter(at);
  return at;
}

/** First line behind the context: the status line in after_response, the empty line elsewhere. */
function contextEnd(): usize {
  let at = contextStart();
  while (at < end && load<u8>(at) == COLON) at = lineAfter(at);
  return at;
}

/** The status of the response so far. */
export function status(): i32 {
  const at = contextEnd();
  if (load<u8>(at) != EXCLAMATION) return 0;
  return digit(at + 1) * 100 + digit(at + 2) * 10 + digit(at + 3);
}

function digit(at: usize): i32 {
  return <i32>load<u8>(at) - 0x30;
}

/** The value of the first request header of this name. */
export function findHeader(name: string): string | null {
  for (let at = lineAfter(start); at < end;) {
    const first = load<u8>(at);
    if (first == COLON || first == LF) return null;
    const feed = findLineFeed(at, end);
    const value = valueOf(at, feed, name, true);
    if (value != 0) return decode(value, feed - value);
    at = feed + 1;
  }
  return null;
}

export function findHeaders(name: string): string[] {
  return collect(lineAfter(start), name);
}

export function findResponseHeaders(name: string): string[] {
  return collect(lineAfter(contextEnd()), name);
}

function collect(from: usize, name: string): string[] {
  const values: string[] = [];
  for (let at = from; at < end;) {
    const first = load<u8>(at);
    if (first == COLON || first == LF) break;
    const feed = findLineFeed(at, end);
    const value = valueOf(at, feed, name, true);
    if (value != 0) values.push(decode(value, feed - value));
    at = feed + 1;
  }
  return values;
}

/** Where the JSON that `findContext` found ends. */
export let contextValueEnd: usize = 0;

/** Where the JSON of a context line begins; 0 when there is no such line. `prefix` has its colon. */
export function findContext(prefix: string, name: string): usize {
  const skipped = <usize>prefix.length;
  for (let at = contextStart(); at < end && load<u8>(at) == COLON;) {
    const feed = findLineFeed(at, end);
    if (at + skipped < feed && startsWith(at, prefix)) {
      const value = valueOf(at + skipped, feed, name, false);
      if (value != 0) {
        contextValueEnd = feed;
        return value;
      }
    }
    at = feed + 1;
  }
  return 0;
}

function startsWith(at: usize, prefix: string): bool {
  for (let i = 0, length = prefix.length; i < length; i++) {
    if (<i32>load<u8>(at + <usize>i) != prefix.charCodeAt(i)) return false;
  }
  return true;
}

/** Where the body begins: behind the first empty line. */
export function bodyStart(): usize {
  let at = contextEnd();
  while (at < end && load<u8>(at) != LF) at = lineAfter(at);
  return at + 1;
}

export function bodyText(): string {
  const from = bodyStart();
  return decodeBody(from, end - from);
}

export function bodyBytes(): Uint8Array {
  const from = bodyStart();
  const bytes = new Uint8Array(<i32>(end - from));
  memory.copy(bytes.dataStart, from, end - from);
  return bytes;
}

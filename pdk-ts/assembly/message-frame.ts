/** The message frame of the call that runs: lines `:key: json`, an empty line, the payload. */
import { beginCall, call } from "./frame";
import { parseJsonString } from "./json";
import * as kernel from "./kernel";
import { findLineFeed, LF, valueOf } from "./lines";
import { readInput } from "./transfer";
import { decode, decodeBody } from "./utf8";

let start: usize = 0;
let end: usize = 0;

/** Reads the input of a new call. Returns the call's number. */
export function openMessage(): u32 {
  beginCall();
  const length = <usize>kernel.inputLength();
  start = readInput(length);
  end = start + length;
  return call;
}

/** Throws when the call of that number is over. */
export function checkMessage(opened: u32): void {
  if (opened != call) {
    throw new Error("a message can be read only while the hook that was given it runs");
  }
}

/** Where the JSON of a key ends. */
let valueEnd: usize = 0;

/** Where it begins; 0 when there is no such line. */
function findKey(key: string): usize {
  for (let at = start; at < end && load<u8>(at) != LF;) {
    const feed = findLineFeed(at, end);
    // Behind the colon that each line begins with.
    const value = valueOf(at + 1, feed, key, false);
    if (value != 0) {
      valueEnd = feed;
      return value;
    }
    at = feed + 1;
  }
  return 0;
}

/** The text of a key, which the host always sends. */
export function messageText(key: string): string {
  const value = findKey(key);
  return value == 0 ? "" : parseJsonString(value, valueEnd);
}

/** The JSON of a key; null when there is none. */
export function messageJson(key: string): string | null {
  const value = findKey(key);
  return value == 0 ? null : decode(value, valueEnd - value);
}

function payloadStart(): usize {
  let at = start;
  while (at < end && load<u8>(at) != LF) at = findLineFeed(at, end) + 1;
  return min(at + 1, end);
}

export function payloadText(): string {
  const from = payloadStart();
  return decodeBody(from, end - from);
}

export function payloadBytes(): Uint8Array {
  const from = payloadStart();
  const bytes = new Uint8Array(<i32>(end - from));
  memory.copy(bytes.dataStart, from, end - from);
  return bytes;
}

import { encodeUtf8 } from "./native.ts";

/**
 * Lines of an edits frame, and headers as they will be once those edits are made. What the host
 * would refuse is refused here, where it is an error that the author's code can meet: the host
 * refuses a frame as a whole, the answer in it included.
 */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** What no header can carry: control characters but HTAB, and what Latin-1 does not have. */
const NO_FIELD_VALUE = /[^\t -~\x80-\xff]/;
/** Headers that frame the message: the host writes them (host/src/contracts/exchange.ts). */
const HOST_HEADERS: ReadonlySet<string> = new Set([
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
]);

const NAMES_KEPT_MAX = 256;
const HEAD_BYTES_MAX = 16 * 1024;
const HEADER_EDITS_MAX = 100;
/** A head this short breaks neither limit: an edit has 3 characters, a character at most 3 bytes. */
const HEAD_LENGTH_FREE = 300;

/** Header names as authors write them, to their checked lower-case form. */
const names: Record<string, string> = Object.create(null);
let namesKept = 0;

export function setLine(name: string, value: string): string {
  return `+${names[name] ?? checkName(name)}: ${checkValue(name, value)}\n`;
}

export function appendLine(name: string, value: string): string {
  return `&${names[name] ?? checkName(name)}: ${checkValue(name, value)}\n`;
}

export function removeLine(name: string): string {
  return `-${names[name] ?? checkName(name)}\n`;
}

/** A header's line in a frame of any kind. */
export function fieldLine(name: string, value: string): string {
  return `${names[name] ?? checkName(name)}: ${checkValue(name, value)}\n`;
}

/** `values` of a header as they are once `edits` have been made. */
export function applyEdits(values: string[], edits: string, name: string): string[] {
  const lower = names[name] ?? checkToken(name);
  if (edits === "") return values;
  let result = values;
  for (const line of edits.split("\n")) {
    if (line === `-${lower}`) result = [];
    else if (line.startsWith(`+${lower}: `)) result = [line.slice(lower.length + 3)];
    else if (line.startsWith(`&${lower}: `)) result = [...result, line.slice(lower.length + 3)];
  }
  return result;
}

/** Throws when a hook says more than the host takes. */
export function checkHead(head: string): void {
  if (head.length <= HEAD_LENGTH_FREE) return;
  const edits = head.split("\n").filter((line) => /^[+&-]/.test(line)).length;
  if (edits > HEADER_EDITS_MAX) {
    throw new RangeError(`${edits} changes of headers: the host takes ${HEADER_EDITS_MAX}`);
  }
  const { length } = encodeUtf8(head);
  if (length <= HEAD_BYTES_MAX) return;
  throw new RangeError(
    `headers and provided values take ${length} bytes: the host takes ${HEAD_BYTES_MAX}`,
  );
}

function checkName(name: string): string {
  const lower = checkToken(name);
  if (HOST_HEADERS.has(lower)) throw new TypeError(`the host alone writes header ${lower}`);
  if (namesKept < NAMES_KEPT_MAX) {
    names[name] = lower;
    namesKept += 1;
  }
  return lower;
}

export function checkToken(name: string): string {
  const lower = name.toLowerCase();
  if (TOKEN.test(lower)) return lower;
  throw new TypeError(`${JSON.stringify(name)} is no header name`);
}

function checkValue(name: string, value: string): string {
  if (typeof value !== "string") {
    throw new TypeError(`the value of header ${name} must be a string`);
  }
  // `exec` is a third faster than `test` in the engine.
  const found = NO_FIELD_VALUE.exec(value);
  if (found === null) return value;
  const character = JSON.stringify(found[0]);
  throw new TypeError(`the value of header ${name} has ${character}, which no header can carry`);
}

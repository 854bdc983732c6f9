import { Buffer, isUtf8 } from "node:buffer";
import { NO_EDITS, type Edits } from "../contracts/exchange.ts";
import type { ExchangeHookName } from "../contracts/hooks.ts";
import { BackworksError } from "../lib/errors.ts";
import { readEditLine, type EditsDraft } from "./edit-line.ts";

/** What a hook may say before the body: as much as Node accepts of a client. */
export const EDITS_HEAD_BYTES_MAX: number = 16 * 1024;

const LINE_FEED = 0x0a;

/**
 * Reads what a hook wants changed (schemas/frames.abnf). `bytes` may be lent: nothing of them is
 * kept. Throws `guest_output_malformed` with the line, counted from 1, and the reason.
 */
export function readEdits(bytes: Uint8Array, hook: ExchangeHookName): Edits {
  if (bytes.length === 0) return NO_EDITS;
  const headLength = findHeadEnd(bytes, hook);
  const draft: EditsDraft = {
    hook,
    status: undefined,
    headers: [],
    target: undefined,
    context: [],
  };
  readHead(decodeHead(bytes, headLength, hook), draft);
  const { status, headers, target, context } = draft;
  // The head ends in a line feed; a second one, the empty line, announces the body. It is copied by
  // the constructor: the `slice` of a Buffer would be a view of what is lent.
  const body =
    headLength < bytes.length ? new Uint8Array(bytes.subarray(headLength + 1)) : undefined;
  return { status, headers, target, context, body };
}

/** Length of the head with its last line feed: all there is when no empty line follows. */
function findHeadEnd(bytes: Uint8Array, hook: ExchangeHookName): number {
  const end = Math.min(bytes.length, EDITS_HEAD_BYTES_MAX + 1);
  let lines = 1;
  let before = LINE_FEED;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === LINE_FEED) {
      if (before === LINE_FEED) return at;
      lines++;
    }
    before = byte;
  }
  if (end > EDITS_HEAD_BYTES_MAX) {
    throw malformed(hook, lines, `the head exceeds ${EDITS_HEAD_BYTES_MAX} bytes`);
  }
  if (before !== LINE_FEED) throw malformed(hook, lines, "the line does not end in LF");
  return end;
}

function decodeHead(bytes: Uint8Array, length: number, hook: ExchangeHookName): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  const text = head.toString("utf8");
  // The decoder replaces what is not UTF-8; only then is a second look at the bytes needed.
  const replaced = text.indexOf("\ufffd");
  if (replaced !== -1 && !isUtf8(head)) {
    const line = text.slice(0, replaced).split("\n").length;
    throw malformed(hook, line, "the line is not UTF-8");
  }
  return text;
}

function readHead(text: string, draft: EditsDraft): void {
  let start = 0;
  for (let line = 1; start < text.length; line++) {
    const end = text.indexOf("\n", start);
    const reason = readEditLine(text.slice(start, end), draft);
    if (reason !== undefined) throw malformed(draft.hook, line, reason);
    start = end + 1;
  }
}

function malformed(hook: ExchangeHookName, line: number, reason: string): BackworksError {
  return new BackworksError(
    "guest_output_malformed",
    `${hook} returned a malformed edits frame: line ${line}: ${reason}`,
    { details: { hook, line, reason } },
  );
}

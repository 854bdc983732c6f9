import { Buffer, isUtf8 } from "node:buffer";
import type { HookName } from "../contracts/hooks.ts";
import { BackworksError } from "../lib/errors.ts";

/** What a hook may say before the body: as much as Node accepts of a client. */
export const HEAD_BYTES_MAX: number = 16 * 1024;

const LINE_FEED = 0x0a;

/** Whose frame it is, and what errors call it. */
export interface FrameSource {
  readonly hook: HookName;
  /** `edits frame` */
  readonly frame: string;
}

/** A frame from a guest: lines, and behind the first empty line the body. */
export interface SplitFrame {
  /** Every line ends in LF. */
  readonly head: string;
  /** A copy: the frame may be lent. Undefined without an empty line. */
  readonly body: Uint8Array | undefined;
}

/** Throws `guest_output_malformed` with the line, counted from 1, and the reason. */
export function splitFrame(bytes: Uint8Array, source: FrameSource): SplitFrame {
  const headLength = findHeadEnd(bytes, source);
  // The head ends in a line feed; a second one, the empty line, announces the body. It is copied by
  // the constructor: the `slice` of a Buffer would be a view of what is lent.
  const body =
    headLength < bytes.length ? new Uint8Array(bytes.subarray(headLength + 1)) : undefined;
  return { head: decodeHead(bytes, headLength, source), body };
}

/** Hands each line to `read`, which answers why it cannot take it. Throws likewise. */
export function readLines(
  head: string,
  source: FrameSource,
  read: (line: string) => string | undefined,
): void {
  let start = 0;
  for (let line = 1; start < head.length; line++) {
    const end = head.indexOf("\n", start);
    const reason = read(head.slice(start, end));
    if (reason !== undefined) throw malformed(source, line, reason);
    start = end + 1;
  }
}

/** Length of the head with its last line feed: all there is when no empty line follows. */
function findHeadEnd(bytes: Uint8Array, source: FrameSource): number {
  const end = Math.min(bytes.length, HEAD_BYTES_MAX + 1);
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
  if (end > HEAD_BYTES_MAX) {
    throw malformed(source, lines, `the head exceeds ${HEAD_BYTES_MAX} bytes`);
  }
  if (before !== LINE_FEED) throw malformed(source, lines, "the line does not end in LF");
  return end;
}

function decodeHead(bytes: Uint8Array, length: number, source: FrameSource): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  const text = head.toString("utf8");
  // The decoder replaces what is not UTF-8; only then is a second look at the bytes needed.
  const replaced = text.indexOf("\ufffd");
  if (replaced !== -1 && !isUtf8(head)) {
    const line = text.slice(0, replaced).split("\n").length;
    throw malformed(source, line, "the line is not UTF-8");
  }
  return text;
}

function malformed({ hook, frame }: FrameSource, line: number, reason: string): BackworksError {
  return new BackworksError(
    "guest_output_malformed",
    `${hook} returned a malformed ${frame}: line ${line}: ${reason}`,
    { details: { hook, line, reason } },
  );
}

import { Body } from "./body";
import * as kernel from "./kernel";
import { LF, Lines } from "./lines";
import { encodeOutgoing, outgoingLength, writeBytes } from "./transfer";

/** A kernel block with a frame: the lines, and an empty one before a body; 0 without room for it. */
export function frameToBlock(head: Lines, body: Body | null): u64 {
  if (body === null) {
    const block = kernel.alloc(head.length);
    if (block != 0) writeBytes(block, head.start, head.length);
    return block;
  }
  head.byte(LF);
  const bytes = body.bytes;
  const from = bytes !== null ? bytes.dataStart : encodeOutgoing(body.text!);
  const length = bytes !== null ? <usize>bytes.byteLength : outgoingLength();
  const block = kernel.alloc(head.length + length);
  if (block == 0) return 0;
  writeBytes(block, head.start, head.length);
  writeBytes(block + head.length, from, length);
  return block;
}

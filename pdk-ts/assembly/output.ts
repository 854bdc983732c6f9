/** What a hook gives back. */
import { Body } from "./body";
import { frameToBlock } from "./frame-block";
import * as kernel from "./kernel";
import { Lines } from "./lines";
import { bytesToBlock, textToBlock } from "./transfer";

/** Lines, and behind an empty one a body. Nothing at all is no output. */
export function outputFrame(head: Lines, body: Body | null): void {
  if (body === null && head.length == 0) return;
  const block = frameToBlock(head, body);
  if (block == 0) throw noRoomFor(body);
  outputBlock(block);
}

export function outputText(text: string): void {
  outputBlock(textToBlock(text));
}

export function outputBytes(bytes: Uint8Array): void {
  outputBlock(bytesToBlock(bytes));
}

function outputBlock(block: u64): void {
  if (block == 0) throw noRoom();
  kernel.outputSet(block, kernel.lengthOf(block));
}

function noRoomFor(body: Body | null): Error {
  if (body !== null) {
    const bytes = body.bytes;
    if (bytes !== null) {
      return new RangeError(`a body of ${bytes.byteLength} bytes is larger than the host takes`);
    }
  }
  return noRoom();
}

function noRoom(): Error {
  return new Error("the output is larger than the host takes: return a smaller body");
}

/** Bytes between the plugin's memory and the kernel's, eight at a time. */
import * as kernel from "./kernel";
import { decode, encode, encodedMax } from "./utf8";

const PAGE: usize = 65536;

/**
 * Two blocks outside of the garbage collector, kept from call to call. They are static, so that they
 * are lazy: the compiler meets `abort`, which needs them, before all that the runtime starts with.
 */
class Blocks {
  static incoming: usize = 0;
  static incomingBytesMax: usize = 0;
  static outgoing: usize = 0;
  static outgoingBytesMax: usize = 0;
  static outgoingLength: usize = 0;
}

/** Whole pages, with room for a word behind what lies in them. */
function pagesFor(length: usize): usize {
  return (length + 8 + PAGE - 1) & ~(PAGE - 1);
}

/** Copies the input of this call. Returns where it lies; it is good until the next call. */
export function readInput(length: usize): usize {
  if (length + 8 > Blocks.incomingBytesMax) {
    if (Blocks.incoming != 0) heap.free(Blocks.incoming);
    Blocks.incomingBytesMax = pagesFor(length);
    Blocks.incoming = heap.alloc(Blocks.incomingBytesMax);
  }
  const to = Blocks.incoming;
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) store<u64>(to + i, kernel.inputLoadU64(i));
  for (; i < length; i++) store<u8>(to + i, <u8>kernel.inputLoadU8(i));
  return to;
}

/** Writes to the kernel's memory from `address` on. */
export function writeBytes(address: u64, from: usize, length: usize): void {
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) kernel.storeU64(address + i, load<u64>(from + i));
  for (; i < length; i++) kernel.storeU8(address + i, <u32>load<u8>(from + i));
}

function reserveOutgoing(length: usize): usize {
  if (length + 8 > Blocks.outgoingBytesMax) {
    if (Blocks.outgoing != 0) heap.free(Blocks.outgoing);
    Blocks.outgoingBytesMax = pagesFor(length);
    Blocks.outgoing = heap.alloc(Blocks.outgoingBytesMax);
  }
  return Blocks.outgoing;
}

/** Length of what `encodeOutgoing` wrote last. */
export function outgoingLength(): usize {
  return Blocks.outgoingLength;
}

/** The UTF-8 of a text; good until the next text is encoded. */
export function encodeOutgoing(text: string): usize {
  const start = reserveOutgoing(encodedMax(text));
  Blocks.outgoingLength = encode(text, start) - start;
  return start;
}

/** A kernel block with the UTF-8 of a text; 0 when the kernel has no room. */
export function textToBlock(text: string): u64 {
  const start = encodeOutgoing(text);
  const length = Blocks.outgoingLength;
  const block = kernel.alloc(length);
  if (block != 0) writeBytes(block, start, length);
  return block;
}

/** The same with bytes. */
export function bytesToBlock(bytes: Uint8Array): u64 {
  const length = <usize>bytes.byteLength;
  const block = kernel.alloc(length);
  if (block != 0) writeBytes(block, bytes.dataStart, length);
  return block;
}

/** The text of a kernel block, which is freed; null when there is no block. */
export function textFromBlock(block: u64): string | null {
  if (block == 0) return null;
  const length = <usize>kernel.lengthOf(block);
  const to = reserveOutgoing(length);
  takeBlock(block, to, length);
  return decode(to, length);
}

/** The bytes of a kernel block, which is freed. */
export function bytesFromBlock(block: u64): Uint8Array {
  const length = <usize>kernel.lengthOf(block);
  const bytes = new Uint8Array(<i32>length);
  takeBlock(block, bytes.dataStart, length);
  return bytes;
}

function takeBlock(block: u64, to: usize, length: usize): void {
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) store<u64>(to + i, kernel.loadU64(block + i));
  for (; i < length; i++) store<u8>(to + i, <u8>kernel.loadU8(block + i));
  kernel.free(block);
}

/** Bytes between the engine's memory and the kernel's, eight at a time. */
import * as kernel from "./kernel";
import * as quickjs from "./quickjs";
import { context, input, inputBytesMax, lengthAt, setInput } from "./state";

const PAGE: usize = 65536;

/** Writes to `block + offset` of the kernel, which must be long enough. */
export function writeToKernel(block: u64, from: usize, length: usize): void {
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) kernel.store_u64(block + i, load<u64>(from + i));
  for (; i < length; i++) kernel.store_u8(block + i, <u32>load<u8>(from + i));
}

/** A new kernel block with these bytes; 0 when the kernel has no room. */
export function copyToKernel(from: usize, length: usize): u64 {
  const block = kernel.alloc(length);
  if (block != 0) writeToKernel(block, from, length);
  return block;
}

/** Text of a kernel block, which is freed, or null when there is no block. */
export function stringFromKernel(block: u64): i64 {
  if (block == 0) return quickjs.NULL;
  const length = <usize>kernel.length(block);
  const copy = copyFromKernel(block, length);
  if (copy == 0) return quickjs.JS_ThrowOutOfMemory(context);
  const text = quickjs.JS_NewStringLen(context, copy, length);
  quickjs.free(copy);
  return text;
}

/** Bytes of a kernel block, which is freed. */
export function bytesFromKernel(block: u64): i64 {
  const length = <usize>kernel.length(block);
  const copy = copyFromKernel(block, length);
  if (copy == 0) return quickjs.JS_ThrowOutOfMemory(context);
  const bytes = quickjs.JS_NewUint8ArrayCopy(context, copy, length);
  quickjs.free(copy);
  return bytes;
}

/** To be freed by the caller; 0 when there is no memory. The block is freed here. */
function copyFromKernel(block: u64, length: usize): usize {
  const copy = quickjs.malloc(length + 8);
  if (copy == 0) return 0;
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) store<u64>(copy + i, kernel.load_u64(block + i));
  for (; i < length; i++) store<u8>(copy + i, <u8>kernel.load_u8(block + i));
  kernel.free(block);
  return copy;
}

/** A kernel block with the UTF-8 of a JavaScript value; 0 when it has none or there is no room. */
export function stringToKernel(value: i64): u64 {
  const text = quickjs.JS_ToCStringLen2(context, lengthAt, value, 0);
  if (text == 0) return 0;
  const block = copyToKernel(text, load<usize>(lengthAt));
  quickjs.JS_FreeCString(context, text);
  return block;
}

/** Makes room for the input of this call. */
function reserveInput(length: usize): bool {
  if (length + 8 <= inputBytesMax) return true;
  quickjs.free(input);
  const bytesMax = (length + 8 + PAGE - 1) & ~(PAGE - 1);
  const block = quickjs.malloc(bytesMax);
  setInput(block, block == 0 ? 0 : bytesMax);
  return block != 0;
}

/** Copies the whole input behind `input`. Returns its length, or -1 when there is no memory. */
export function readInput(): isize {
  const length = <usize>kernel.input_length();
  if (!reserveInput(length)) return -1;
  const to = input;
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) store<u64>(to + i, kernel.input_load_u64(i));
  for (; i < length; i++) store<u8>(to + i, <u8>kernel.input_load_u8(i));
  return <isize>length;
}

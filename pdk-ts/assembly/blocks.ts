/** Values as the host's functions take and give them: blocks of the kernel, and whole numbers. */
import { bytesFromBlock, bytesToBlock, textFromBlock, textToBlock } from "./transfer";

/** Beyond it a `number` skips some of the whole ones. */
const WHOLE_MAX: f64 = 9007199254740991;

/** A block with the UTF-8 of a text; the host frees it. */
export function giveText(text: string): u64 {
  return requireBlock(textToBlock(text));
}

export function giveBytes(bytes: Uint8Array): u64 {
  return requireBlock(bytesToBlock(bytes));
}

/** The text of an answer, which has one. */
export function takeText(answer: u64): string {
  const text = textFromBlock(answer);
  return text === null ? "" : text;
}

export function takeBytes(answer: u64): Uint8Array {
  return bytesFromBlock(answer);
}

/** For a function of the host that takes an i64 where authors have a `number`, from 0 on. */
export function giveWhole(what: string, value: f64): i64 {
  if (isWhole(value) && value >= 0) return <i64>value;
  throw new RangeError(`${what} is a whole number from 0 on, not ${value}`);
}

/** The same for one that may be negative. */
export function giveInteger(what: string, value: f64): i64 {
  if (isWhole(value)) return <i64>value;
  throw new RangeError(`${what} is a whole number, not ${value}`);
}

function isWhole(value: f64): bool {
  return floor(value) == value && abs(value) <= WHOLE_MAX;
}

/** No block is no value for the host: what does not fit must not become that. */
export function requireBlock(block: u64): u64 {
  if (block != 0) return block;
  throw new RangeError("what the host was to be given is larger than it takes");
}

import { BlockList, isIP, isIPv4 } from "node:net";
import { assert } from "./assert.ts";

const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** Whether a text is a range such as `10.1.0.0/16` or `fd12::/16`, or one address. */
export function isRange(text: string): boolean {
  const [address = "", length, rest] = text.split("/");
  const bits = BITS[isIP(address)];
  if (bits === undefined || address.includes("%") || rest !== undefined) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
}

/** A list of ranges that passed `isRange`. */
export function createRanges(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    assert(isRange(range), `${range} is an address range`);
    const [address = "", length] = range.split("/");
    const bits = length ?? BITS[isIP(address)];
    list.addSubnet(address, Number(bits), isIPv4(address) ? "ipv4" : "ipv6");
  }
  return list;
}

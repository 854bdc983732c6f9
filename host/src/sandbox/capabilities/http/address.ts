import { isIPv4, isIPv6, type BlockList } from "node:net";
import { createRanges } from "../../../lib/address-range.ts";

/**
 * Where an address leads: to the internet, into a network that its owner keeps to himself, or to
 * what no HTTP server of good intent has (link-local with the metadata services, multicast, tunnels).
 */
export type AddressKind = "public" | "private" | "reserved";

/** IANA special-purpose registries of 2025, as far as they are not globally reachable. */
const PRIVATE = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "::1/128",
  "fc00::/7",
] as const;
const RESERVED = [
  "0.0.0.0/8",
  // Azure's and Alibaba's metadata services lie outside of the link-local range.
  "100.100.100.200/32",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "2001::/23",
  "2001:db8::/32",
  // 6to4 and local NAT64 carry an IPv4 address that the other end of a tunnel decides about.
  "2002::/16",
  "3fff::/20",
  // Amazon's metadata service, in the midst of the unique local addresses.
  "fd00:ec2::/32",
] as const;
/** All that IANA has given out as global unicast; what lies outside is reserved. */
const GLOBAL_IPV6 = ["2000::/3"] as const;

const privateList: BlockList = createRanges(PRIVATE);
const reservedList: BlockList = createRanges(RESERVED);
const globalIpv6List: BlockList = createRanges(GLOBAL_IPV6);

/** Prefixes whose last 32 bits are an IPv4 address: mapped, and NAT64 (RFC 6052). */
const MAPPED = [0, 0, 0, 0, 0, 0xffff] as const;
const NAT64 = [0x64, 0xff9b, 0, 0, 0, 0] as const;

export function addressKind(address: string): AddressKind {
  if (isIPv4(address)) return kindIn(address, "ipv4");
  // What has a zone is link-local.
  if (!isIPv6(address) || address.includes("%")) return "reserved";
  const embedded = embeddedIpv4(address);
  if (embedded !== undefined) return kindIn(embedded, "ipv4");
  const kind = kindIn(address, "ipv6");
  if (kind === "public" && !globalIpv6List.check(address, "ipv6")) return "reserved";
  return kind;
}

/** Whether an address, mapped ones in either spelling, lies in a range of the list. */
export function isInRanges(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, "ipv4");
  const embedded = embeddedIpv4(address);
  return list.check(address, "ipv6") || (embedded !== undefined && list.check(embedded, "ipv4"));
}

function kindIn(address: string, family: "ipv4" | "ipv6"): AddressKind {
  if (reservedList.check(address, family)) return "reserved";
  return privateList.check(address, family) ? "private" : "public";
}

function embeddedIpv4(address: string): string | undefined {
  const groups = readGroups(address);
  const starts = (prefix: readonly number[]): boolean =>
    prefix.every((group, index) => groups[index] === group);
  if (!starts(MAPPED) && !starts(NAT64)) return undefined;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

/** The eight groups of a valid IPv6 address. */
function readGroups(address: string): number[] {
  // The URL standard prints every address in one spelling, without dotted tails.
  const hostname = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = "", after] = hostname.split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}

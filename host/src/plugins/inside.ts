import { isIP } from "node:net";
import { bareHost } from "../lib/origin.ts";
import type { Origin } from "../lib/origin.ts";
import { addressKind } from "../sandbox/capabilities/http/address.ts";

/** Names that clouds give to their metadata services inside of their machines. */
const METADATA_NAMES = /^(?:metadata|metadata\.google\.internal|metadata\.goog|instance-data)\.?$/;

/** Whether a host surely is on this machine or in a network of one's own: other names may be too. */
export function isInside({ host }: Origin): boolean {
  return /(?:^|\.)localhost\.?$/.test(host) || kindOf(host) === "private";
}

/** Whether only a range lets requests to it through, as to metadata services and the like. */
export function isReserved({ host }: Origin): boolean {
  return METADATA_NAMES.test(host) || kindOf(host) === "reserved";
}

function kindOf(host: string): ReturnType<typeof addressKind> | undefined {
  const address = bareHost(host);
  return isIP(address) === 0 ? undefined : addressKind(address);
}

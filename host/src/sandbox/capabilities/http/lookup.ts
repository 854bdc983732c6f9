import { lookup } from "node:dns/promises";
import { callbackify } from "node:util";
import { isIP, type BlockList, type LookupFunction } from "node:net";
import type { HttpGrant } from "../../../contracts/capabilities.ts";
import { createRanges } from "../../../lib/address-range.ts";
import { bareHost } from "../../../lib/origin.ts";
import { CapabilityError } from "../capability-error.ts";
import { addressKind, isInRanges } from "./address.ts";

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** Finds the addresses of a host; tests hand in their own. */
export type Resolve = (hostname: string) => Promise<readonly Address[]>;

/** As every program of the machine does it: hosts file, search domains, then DNS. */
export const systemResolve: Resolve = async (hostname) =>
  lookup(hostname, { all: true, order: "verbatim" });

/** Decides which addresses a plugin's requests may go to. */
export class AddressRule {
  readonly #grant: Pick<HttpGrant, "private" | "ranges">;
  readonly #ranges: BlockList;

  constructor(grant: Pick<HttpGrant, "private" | "ranges">) {
    this.#grant = grant;
    this.#ranges = createRanges(grant.ranges);
  }

  allows(address: string): boolean {
    if (isInRanges(this.#ranges, address)) return true;
    const kind = addressKind(address);
    return kind === "public" || (kind === "private" && this.#grant.private);
  }

  /** Throws when a URL names an address instead of a host, and a forbidden one. */
  requireLiteral(hostname: string): void {
    const literal = bareHost(hostname);
    if (isIP(literal) !== 0 && !this.allows(literal)) throw forbidden(literal, [literal]);
  }
}

/**
 * A look-up for sockets that hands out checked addresses only. It is the one resolution there is: the
 * socket connects to what it answers, so that a name cannot lead elsewhere a moment later.
 */
export function createCheckedLookup(rule: AddressRule, resolve: Resolve): LookupFunction {
  const find = callbackify(async (hostname: string, family: unknown) => {
    const found = (await resolveHost(hostname, resolve)).filter(
      (each) => !isFamily(family) || family === each.family,
    );
    const allowed = found.filter(({ address }) => rule.allows(address));
    const [first] = allowed;
    if (first !== undefined) return { first, allowed };
    throw forbidden(
      hostname,
      found.map(({ address }) => address),
    );
  });
  return (hostname, options, callback) => {
    find(hostname, options.family, (error, found) => {
      // callbackify is typed as if there were always a result.
      if (error !== null) callback(error, "", 0);
      else if (options.all === true) callback(null, found.allowed);
      else callback(null, found.first.address, found.first.family);
    });
  };
}

async function resolveHost(hostname: string, resolve: Resolve): Promise<readonly Address[]> {
  try {
    return await resolve(hostname);
  } catch (cause) {
    const message = `the host ${hostname} was not found`;
    throw new CapabilityError("unavailable", message, { cause });
  }
}

function isFamily(family: unknown): boolean {
  return family === 4 || family === 6;
}

function forbidden(hostname: string, addresses: readonly string[]): CapabilityError {
  const [address] = addresses;
  if (address === undefined) {
    return new CapabilityError("unavailable", `the host ${hostname} has no address`);
  }
  const kind = addressKind(address);
  const remedy =
    kind === "private"
      ? "grant it with grants.http.private: true, or list its range in grants.http.ranges"
      : "only a range in grants.http.ranges allows it";
  const what = address === hostname ? hostname : `${hostname} (${address})`;
  return new CapabilityError("not_granted", `the address of ${what} is ${kind}: ${remedy}`);
}

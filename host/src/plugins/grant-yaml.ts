import type { Capability, CapabilitiesAsked, EventTopics } from "../contracts/capabilities.ts";
import type { Json } from "../contracts/json.ts";
import { bareHost, printOrigin } from "../lib/origin.ts";
import type { Origin } from "../lib/origin.ts";
import { addressKind } from "../sandbox/capabilities/http/address.ts";

/** What grants all that a manifest asks for under some capabilities, as it is below `grants`. */
export type WrittenGrants = Readonly<Partial<Record<Capability, Json>>>;

export function writeGrants(
  capabilities: Iterable<Capability>,
  asked: CapabilitiesAsked,
): WrittenGrants {
  return Object.fromEntries(
    [...capabilities].map((capability) => [capability, grantOf(capability, asked)] as const),
  );
}

/** The same as lines of `backworks.yaml`. */
export function printGrants(plugin: string, grants: WrittenGrants): string {
  const lines = Object.entries(grants).map(([name, value]) => `      ${name}: ${print(value)}`);
  return ["plugins:", `  ${plugin}:`, "    grants:", ...lines].join("\n");
}

function grantOf(capability: Capability, asked: CapabilitiesAsked): Json {
  const value = asked[capability];
  if (typeof value === "boolean") return true;
  if (isTopics(value)) return { publish: [...value.publish], subscribe: [...value.subscribe] };
  if (capability === "http") {
    const allow = asked.http.map(printOrigin);
    // Without it the host refuses every request to such a host, allowed or not.
    return asked.http.some(isInside) ? { allow, private: true } : { allow };
  }
  if (capability === "secrets") {
    return Object.fromEntries(asked.secrets.map((name) => [name, `\${${name.toUpperCase()}}`]));
  }
  return value.map(String);
}

export function isTopics(value: object): value is EventTopics {
  return "publish" in value;
}

/** Whether a host surely is on this machine or in a network of one's own: other names may be too. */
function isInside({ host }: Origin): boolean {
  return /(?:^|\.)localhost\.?$/.test(host) || addressKind(bareHost(host)) === "private";
}

/** YAML on one line. Names need no quotes: they are ours, or the schema's names of secrets. */
function print(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(print).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${print(member)}`);
  return `{ ${members.join(", ")} }`;
}

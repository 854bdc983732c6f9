import type { Capability, CapabilitiesAsked, EventTopics } from "../contracts/capabilities.ts";
import type { Json } from "../contracts/json.ts";
import { printOrigin } from "../lib/origin.ts";
import { isInside, isReserved } from "./inside.ts";

/**
 * What grants what a manifest asks for under some capabilities, as it is below `grants`: all of it but
 * hosts such as metadata services, which nobody should copy a grant for.
 */
export type WrittenGrants = Readonly<Partial<Record<Capability, Json>>>;

export function writeGrants(
  capabilities: Iterable<Capability>,
  asked: CapabilitiesAsked,
): WrittenGrants {
  return Object.fromEntries(
    [...capabilities].flatMap((capability) => {
      const grant = grantOf(capability, asked);
      return grant === undefined ? [] : [[capability, grant] as const];
    }),
  );
}

/** The same as lines of `backworks.yaml`. */
export function printGrants(plugin: string, grants: WrittenGrants): string {
  const lines = Object.entries(grants).map(
    ([name, value]) => `      ${name}: ${print(value)}${commentOn(value)}`,
  );
  return ["plugins:", `  ${plugin}:`, "    grants:", ...lines].join("\n");
}

/** Nobody should copy this one without having seen it. */
function commentOn(grant: Json): string {
  const isOpen = typeof grant === "object" && grant !== null && "private" in grant;
  return isOpen ? " # private: it may reach your own network" : "";
}

function grantOf(capability: Capability, asked: CapabilitiesAsked): Json | undefined {
  const value = asked[capability];
  if (typeof value === "boolean") return true;
  if (isTopics(value)) return { publish: [...value.publish], subscribe: [...value.subscribe] };
  if (capability === "http") {
    const open = asked.http.filter((host) => !isReserved(host));
    if (open.length === 0) return undefined;
    const allow = open.map(printOrigin);
    // Without it the host refuses every request to such a host, allowed or not.
    return open.some(isInside) ? { allow, private: true } : { allow };
  }
  if (capability === "secrets") {
    return Object.fromEntries(asked.secrets.map((name) => [name, `\${${name.toUpperCase()}}`]));
  }
  return value.map(String);
}

export function isTopics(value: object): value is EventTopics {
  return "publish" in value;
}

/** YAML on one line. Names need no quotes: they are ours, or the schema's names of secrets. */
function print(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(print).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${print(member)}`);
  return `{ ${members.join(", ")} }`;
}

import { SERVICES, type CapabilityName } from "../services.ts";
import { isObject } from "./manifest-document.ts";

const NAMES: ReadonlySet<string> = new Set(SERVICES.map(({ capability }) => capability));

/**
 * The capabilities that plugin.yaml asks for and that come with functions of the host. Asking for
 * nothing is not asking: `kv: false`, an empty list, events that are only received.
 */
export function declaredCapabilities(asked: unknown): ReadonlySet<CapabilityName> {
  const entries = isObject(asked) ? Object.entries(asked) : [];
  return new Set(
    entries.flatMap(([name, value]) => (isCapability(name) && isAsked(name, value) ? [name] : [])),
  );
}

function isCapability(name: string): name is CapabilityName {
  return name !== "any" && NAMES.has(name);
}

/** What is malformed counts as asked for: the host's schema says what is wrong with it. */
function isAsked(name: CapabilityName, value: unknown): boolean {
  if (isObject(value) && name === "http") return !isEmptyList(value["hosts"]);
  if (isObject(value) && name === "events") return !isEmptyList(value["publish"] ?? []);
  return value !== false && !isEmptyList(value);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

import { HOST_FUNCTIONS } from "../abi/v1.ts";
import type {
  Capability,
  CapabilitiesAsked,
  EventTopics,
  Grants,
  HttpGrant,
  Rights,
} from "../contracts/capabilities.ts";
import { BackworksError } from "../lib/errors.ts";
import type { SourcePosition } from "../lib/errors.ts";
import { bareHost, coversOrigin, printOrigin } from "../lib/origin.ts";
import type { Origin } from "../lib/origin.ts";
import { addressKind } from "../sandbox/capabilities/http/address.ts";
import type { ImportSummary } from "../wasm/inspect.ts";
import type { CheckedPlugin } from "./check.ts";
import type { PluginSettings } from "./choose.ts";

/** A right that the manifest asks for and the operator has not granted. */
export interface DeniedRight {
  readonly capability: Capability;
  /** `http to https://api.weather.gov:443`, `the secret API_KEY`, `kv`. */
  readonly what: string;
}

/** Checks a plugin's imports against its settings, as `checkGranted` does. */
export function checkGrants(
  name: string,
  { manifest, summary }: Pick<CheckedPlugin, "manifest" | "summary">,
  { grants, position }: Pick<PluginSettings, "grants" | "position">,
): void {
  checkGranted(summary.imports, { name, asked: manifest.capabilities, grants, position });
}

/** What a plugin may do: what it asks for and is granted. */
export function resolveRights(plugin: string, asked: CapabilitiesAsked, grants: Grants): Rights {
  const { kv, http, secrets, metrics } = grants;
  return {
    kv: asked.kv && kv !== undefined ? { ...kv, namespace: kv.namespace ?? plugin } : undefined,
    http: http !== undefined && meet(asked.http, http) ? { ...http, asked: asked.http } : undefined,
    secrets: new Map([...secrets].filter(([name]) => asked.secrets.includes(name))),
    plugins: both(asked.plugins, grants.plugins),
    events: {
      publish: both(asked.events.publish, grants.events.publish),
      subscribe: both(asked.events.subscribe, grants.events.subscribe),
    },
    metrics: asked.metrics ? metrics : undefined,
    clock: asked.clock && grants.clock,
    random: asked.random && grants.random,
    sql: both(asked.sql, grants.sql),
    tcp: both(asked.tcp, grants.tcp),
  };
}

/** What a plugin asks for in vain: told at start, since a call would be refused. */
export function findDenied(asked: CapabilitiesAsked, grants: Grants): DeniedRight[] {
  const allow = grants.http?.allow ?? [];
  const flags = (["kv", "metrics", "clock", "random"] as const).filter(
    (name) => asked[name] && (grants[name] === undefined || grants[name] === false),
  );
  const hosts = asked.http.filter((host) => !allow.some((outer) => coversOrigin(outer, host)));
  return [
    ...flags.map((capability) => ({ capability, what: capability })),
    ...list("http", hosts.map(printOrigin), "http to"),
    ...list("secrets", without(asked.secrets, [...grants.secrets.keys()]), "the secret"),
    ...list("plugins", without(asked.plugins, grants.plugins), "calls of the plugin"),
    ...list("events", without(asked.events.publish, grants.events.publish), "publishing"),
    ...list("events", without(asked.events.subscribe, grants.events.subscribe), "receiving"),
    ...list("sql", without(asked.sql, grants.sql), "the database"),
    ...list("tcp", without(asked.tcp, grants.tcp), "the peer"),
  ];
}

/** What a check of imports needs to know of a plugin. */
export interface GrantedPlugin {
  readonly name: string;
  readonly asked: CapabilitiesAsked;
  readonly grants: Grants;
  /** Of the plugin's settings. */
  readonly position: SourcePosition;
}

/**
 * Throws `plugin_capability_denied` when a module imports a function of a capability that the plugin
 * does not ask for, or is not granted at all. Finer rights are checked at each call.
 */
export function checkGranted(imports: readonly ImportSummary[], plugin: GrantedPlugin): void {
  const { name, asked, grants, position } = plugin;
  const rights = resolveRights(name, asked, grants);
  const denied = findImport(imports, (capability) => !isAny(rights[capability]));
  if (denied === undefined) return;
  const { capability } = denied;
  if (!isAny(asked[capability])) throw unasked(name, denied, position);
  const remedy = `to grant it, add to backworks.yaml: ${printGrant(name, capability, asked)}`;
  throw deniedImport(name, denied, { position, remedy });
}

/**
 * Throws `plugin_capability_denied` when a module imports a function of a capability that its
 * manifest does not ask for: whatever is granted, it would be refused at start.
 */
export function checkAsked(
  { manifest, summary }: Pick<CheckedPlugin, "manifest" | "summary">,
  file: string,
): void {
  const { name, capabilities } = manifest;
  const found = findImport(summary.imports, (capability) => !isAny(capabilities[capability]));
  if (found !== undefined) throw unasked(name, found, { file });
}

interface GatedImport {
  readonly imported: string;
  readonly capability: Capability;
}

/** The first import that needs such a capability. */
function findImport(
  imports: readonly ImportSummary[],
  isLacking: (capability: Capability) => boolean,
): GatedImport | undefined {
  for (const { module, name } of imports) {
    const known = HOST_FUNCTIONS.find((each) => each.namespace === module && each.name === name);
    const capability = known?.capability;
    if (capability !== undefined && isLacking(capability)) return { imported: name, capability };
  }
  return undefined;
}

function unasked(plugin: string, found: GatedImport, position: SourcePosition): BackworksError {
  const remedy = `its manifest does not ask for it: add capabilities.${found.capability} to plugin.yaml and build it again`;
  return deniedImport(plugin, found, { position, remedy });
}

function deniedImport(
  plugin: string,
  { imported, capability }: GatedImport,
  { position, remedy }: { readonly position: SourcePosition; readonly remedy: string },
): BackworksError {
  const message = `it imports ${imported}, which needs the capability ${capability}; ${remedy}`;
  return new BackworksError("plugin_capability_denied", message, {
    position,
    details: { plugin, function: imported, capability },
  });
}

/** What grants all that a manifest asks for under one capability: on one line, as messages are. */
export function printGrant(
  plugin: string,
  capability: Capability,
  asked: CapabilitiesAsked,
): string {
  const value = printGrantValue(capability, asked);
  return `plugins: { ${plugin}: { grants: { ${capability}: ${value} } } }`;
}

/** The value below `grants` that grants all of it. */
export function printGrantValue(capability: Capability, asked: CapabilitiesAsked): string {
  const value = asked[capability];
  if (typeof value === "boolean") return "true";
  if (isTopics(value)) {
    return `{ publish: ${print(value.publish)}, subscribe: ${print(value.subscribe)} }`;
  }
  if (capability === "http") {
    // Without it the host refuses every request to such a host, allowed or not.
    const more = asked.http.some(isInside) ? ", private: true" : "";
    return `{ allow: ${print(asked.http.map(printOrigin))}${more} }`;
  }
  if (capability === "secrets") {
    const pairs = asked.secrets.map((name) => `${name}: "\${${name.toUpperCase()}}"`);
    return `{ ${pairs.join(", ")} }`;
  }
  return print(value.map(String));
}

/** Whether a host surely is on this machine or in a network of one's own: other names may be too. */
function isInside({ host }: Origin): boolean {
  return /(?:^|\.)localhost\.?$/.test(host) || addressKind(bareHost(host)) === "private";
}

/** A list of texts, as YAML has it too. */
function print(texts: readonly string[]): string {
  return JSON.stringify(texts).replaceAll('","', '", "');
}

/** Whether something is asked for or granted under one capability. */
function isAny(value: CapabilitiesAsked[Capability] | Rights[Capability]): boolean {
  if (value === undefined || typeof value === "boolean") return value === true;
  if (value instanceof Map) return value.size > 0;
  if (Array.isArray(value)) return value.length > 0;
  return !isTopics(value) || value.publish.length + value.subscribe.length > 0;
}

function isTopics(value: object): value is EventTopics {
  return "publish" in value;
}

/** Whether any request could be both announced and allowed. */
function meet(asked: readonly Origin[], { allow }: HttpGrant): boolean {
  return asked.some((inner) =>
    allow.some((outer) => coversOrigin(outer, inner) || coversOrigin(inner, outer)),
  );
}

function list(capability: Capability, names: readonly string[], noun: string): DeniedRight[] {
  return names.map((name) => ({ capability, what: `${noun} ${name}` }));
}

function without(asked: readonly string[], granted: readonly string[]): string[] {
  return asked.filter((name) => !granted.includes(name));
}

function both(asked: readonly string[], granted: readonly string[]): string[] {
  return asked.filter((name) => granted.includes(name));
}

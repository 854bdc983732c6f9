import { HOST_FUNCTIONS } from "../abi/v1.ts";
import type {
  Capability,
  CapabilitiesAsked,
  Grants,
  HttpGrant,
  Rights,
} from "../contracts/capabilities.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError } from "../lib/errors.ts";
import type { SourcePosition } from "../lib/errors.ts";
import { coversOrigin, printOrigin } from "../lib/origin.ts";
import type { Origin } from "../lib/origin.ts";
import type { ImportSummary } from "../wasm/inspect.ts";
import { isTopics, printGrants, writeGrants } from "./grant-yaml.ts";
import type { WrittenGrants } from "./grant-yaml.ts";

/** A right that the manifest asks for and the operator has not granted. */
export interface DeniedRight {
  readonly capability: Capability;
  /** `http to https://api.weather.gov:443`, `the secret API_KEY`, `kv`. */
  readonly what: string;
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
 * Throws `plugin_capability_denied` when a module imports functions of capabilities that the plugin
 * is not granted at all: one error with all of them, and with all that there is to grant. Finer rights
 * are checked at each call.
 */
export function checkGranted(imports: readonly ImportSummary[], plugin: GrantedPlugin): void {
  const { name, asked, grants, position } = plugin;
  const rights = resolveRights(name, asked, grants);
  const lacking = findNeeded(imports).filter(({ capability }) => !isAny(rights[capability]));
  if (lacking.length === 0) return;
  const denied = new Set(findDenied(asked, grants).map(({ capability }) => capability));
  const missing = writeGrants(denied, asked);
  const message = explainUngranted(name, lacking, missing);
  const details = { plugin: name, lacking, grants: missing };
  throw new BackworksError("plugin_capability_denied", message, { position, details });
}

/**
 * Throws `plugin_capability_undeclared` when a module imports functions of capabilities that its
 * manifest does not ask for: nothing that is granted would help. `source` is where its author
 * declares them.
 */
export function checkAsked(
  imports: readonly ImportSummary[],
  { name, capabilities }: Pick<Manifest, "name" | "capabilities">,
  source: string,
): void {
  const lacking = findNeeded(imports).filter(({ capability }) => !isAny(capabilities[capability]));
  if (lacking.length === 0) return;
  const keys = lacking.map(({ capability }) => `capabilities.${capability}`).join(", ");
  throw new BackworksError(
    "plugin_capability_undeclared",
    `it imports functions of capabilities that its manifest does not ask for: ${printNeeded(lacking)}; add ${keys} to ${source}`,
    { details: { plugin: name, lacking } },
  );
}

/** A capability that a module cannot do without, and its functions that the module imports. */
interface NeededRight {
  readonly capability: Capability;
  readonly functions: readonly string[];
}

export function findNeeded(imports: readonly ImportSummary[]): NeededRight[] {
  const found = new Map<Capability, Set<string>>();
  for (const { module, name } of imports) {
    const known = HOST_FUNCTIONS.find((each) => each.namespace === module && each.name === name);
    if (known?.capability === undefined) continue;
    found.set(known.capability, (found.get(known.capability) ?? new Set()).add(name));
  }
  return [...found].map(([capability, functions]) => ({ capability, functions: [...functions] }));
}

function explainUngranted(
  plugin: string,
  lacking: readonly NeededRight[],
  missing: WrittenGrants,
): string {
  const needed = new Set<string>(lacking.map(({ capability }) => capability));
  const others = Object.keys(missing).filter((name) => !needed.has(name));
  const also = others.length === 0 ? "" : `; it also asks for ${others.join(", ")}`;
  const said = `it imports functions of capabilities that it is not granted: ${printNeeded(lacking)}${also}`;
  return Object.keys(missing).length === 0
    ? `${said}; no grant of it is offered for copying, and plugin info says why`
    : `${said}; to grant what it asks for, write in backworks.yaml:\n${printGrants(plugin, missing)}`;
}

/** `kv (bw_kv_get, bw_kv_set), http (http_request)`. */
function printNeeded(rights: readonly NeededRight[]): string {
  return rights
    .map(({ capability, functions }) => `${capability} (${functions.join(", ")})`)
    .join(", ");
}

/** Whether something is asked for or granted under one capability. */
function isAny(value: CapabilitiesAsked[Capability] | Rights[Capability]): boolean {
  if (value === undefined || typeof value === "boolean") return value === true;
  if (value instanceof Map) return value.size > 0;
  if (Array.isArray(value)) return value.length > 0;
  return !isTopics(value) || value.publish.length + value.subscribe.length > 0;
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

import type { Origin } from "../lib/origin.ts";
import type { ExchangeHookName } from "./hooks.ts";
import type { Reads, Writes } from "./manifest.ts";

/**
 * What a plugin can be let do beyond computing. The table is closed: ABI 1 has no other. Each is
 * denied until the manifest asks for it and the operator grants it.
 */
export const CAPABILITIES = {
  kv: "keeps values between calls",
  http: "sends HTTP requests to listed hosts",
  secrets: "reads listed secrets",
  plugins: "calls listed plugins",
  events: "publishes and receives listed events",
  metrics: "reports figures of its own",
  clock: "reads the time",
  random: "draws random bytes",
  sql: "queries listed databases",
  tcp: "connects to listed peers",
} as const;

export type Capability = keyof typeof CAPABILITIES;

/** What a manifest asks for (`capabilities`). */
export interface CapabilitiesAsked {
  readonly kv: boolean;
  /** Where requests are to go; empty: no HTTP. */
  readonly http: readonly Origin[];
  readonly secrets: readonly string[];
  readonly plugins: readonly string[];
  readonly events: EventTopics;
  readonly metrics: boolean;
  readonly clock: boolean;
  readonly random: boolean;
  /** Names of databases. */
  readonly sql: readonly string[];
  /** `host:port`. */
  readonly tcp: readonly string[];
}

export interface EventTopics {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** What the operator lets a plugin do (`plugins.NAME.grants`), every default applied. */
export interface Grants {
  readonly kv: KvGrant | undefined;
  readonly http: HttpGrant | undefined;
  /** Values by name. A map, so that no dump of the configuration shows them. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly plugins: readonly string[];
  readonly events: EventTopics;
  readonly metrics: MetricsGrant | undefined;
  readonly clock: boolean;
  readonly random: boolean;
  readonly sql: readonly string[];
  readonly tcp: readonly string[];
  /** Narrows what hooks may see and change; what is not named stays as the manifest declares it. */
  readonly hooks: Readonly<Partial<Record<ExchangeHookName, HookGrant>>>;
}

export interface KvGrant {
  /** Plugins of one namespace share their values. Undefined: the plugin's own name. */
  readonly namespace: string | undefined;
  /** Keys and values together. */
  readonly bytesMax: number;
  readonly keysMax: number;
}

export interface HttpGrant {
  readonly allow: readonly Origin[];
  /** Lets hosts have loopback, private, shared (CGNAT) and unique local addresses. */
  readonly private: boolean;
  /** Further address ranges, CIDR; the only way to link-local ones, metadata services among them. */
  readonly ranges: readonly string[];
  /** Of one call, redirects and body included. */
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
  /** In one invocation of the plugin. */
  readonly callsMax: number;
}

export interface MetricsGrant {
  /** Distinct combinations of name and labels. */
  readonly seriesMax: number;
}

export interface HookGrant {
  readonly reads: Partial<Reads>;
  readonly writes: Partial<Writes>;
}

/** What a plugin may do: asked and granted. */
export interface Rights extends Omit<Grants, "kv" | "http" | "hooks"> {
  readonly kv: (KvGrant & { readonly namespace: string }) | undefined;
  /** A request must be allowed by the operator and be one that the manifest announces. */
  readonly http: (HttpGrant & { readonly asked: readonly Origin[] }) | undefined;
}

const NO_TOPICS: EventTopics = { publish: [], subscribe: [] };

export const NOTHING_ASKED: CapabilitiesAsked = {
  kv: false,
  http: [],
  secrets: [],
  plugins: [],
  events: NO_TOPICS,
  metrics: false,
  clock: false,
  random: false,
  sql: [],
  tcp: [],
};

export const NO_GRANTS: Grants = {
  kv: undefined,
  http: undefined,
  secrets: new Map(),
  plugins: [],
  events: NO_TOPICS,
  metrics: undefined,
  clock: false,
  random: false,
  sql: [],
  tcp: [],
  hooks: {},
};

export const NO_RIGHTS: Rights = {
  kv: undefined,
  http: undefined,
  secrets: new Map(),
  plugins: [],
  events: NO_TOPICS,
  metrics: undefined,
  clock: false,
  random: false,
  sql: [],
  tcp: [],
};

const MIB = 1024 * 1024;

export const KV_DEFAULTS: KvGrant = { namespace: undefined, bytesMax: MIB, keysMax: 10_000 };
export const HTTP_DEFAULTS: HttpGrant = {
  allow: [],
  private: false,
  ranges: [],
  // Less than the wall_ms of a call: a plugin that is told can still answer.
  timeoutMs: 3000,
  responseBytesMax: MIB,
  callsMax: 32,
};
export const METRICS_DEFAULTS: MetricsGrant = { seriesMax: 1000 };

/**
 * What a `bw_*` function answers instead of a result, in one closed table: part of ABI 1. `bw_error`
 * has the sentence for it.
 */
export const CAPABILITY_FAULTS = {
  /** The right is there, this use of it is not: another host, another secret. */
  not_granted: -1,
  /** An argument is malformed: no block, no UTF-8, no frame, a key that is too long. */
  invalid: -2,
  /** Granted, but this host has nothing behind it. */
  not_configured: -3,
  /** The operator's bound on keys, bytes, series or calls is reached. */
  quota: -4,
  /** A value, a request or an answer has more bytes than allowed. */
  too_large: -5,
  timeout: -6,
  /** The network, the disk or the other side failed. Trying again may help. */
  unavailable: -7,
  /** What is there does not allow it: no number to increment, a plugin that waits for this one. */
  conflict: -8,
  /** The plugin that was called failed. */
  failed: -9,
} as const;

export type CapabilityFault = keyof typeof CAPABILITY_FAULTS;

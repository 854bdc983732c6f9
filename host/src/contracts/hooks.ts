import type { Edits, Exchange } from "./exchange.ts";
import type { Json } from "./json.ts";

/** What a hook is given and gives back. */
export type HookShape =
  /** JSON or nothing in, nothing out. */
  | "lifecycle"
  /** Exchange frame in, edits frame out. */
  | "exchange"
  /** Nothing in, JSON out. */
  | "report";

/** Every hook of ABI 1 that this host calls. An export of another name is never called. */
export const HOOKS = {
  initialize: "lifecycle",
  before_request: "exchange",
  process_endpoint: "exchange",
  after_response: "exchange",
  health_check: "report",
} as const;

export type HookName = keyof typeof HOOKS;
export type ExchangeHookName = {
  [Name in HookName]: (typeof HOOKS)[Name] extends "exchange" ? Name : never;
}[HookName];

/** The shape of a hook, or nothing when ABI 1 has no hook of that name. */
export function hookShape(name: string): HookShape | undefined {
  return isHookName(name) ? HOOKS[name] : undefined;
}

export function isHookName(name: string): name is HookName {
  return Object.hasOwn(HOOKS, name);
}

export function isExchangeHookName(name: HookName): name is ExchangeHookName {
  return HOOKS[name] === "exchange";
}

/** Routes a hook wants to see; an absent list matches everything. */
export interface HookMatch {
  /** Route ids as in `endpoints`. */
  readonly routes?: readonly string[];
  /** Upper-case methods. */
  readonly methods?: readonly string[];
  /** Request paths: exact, or ending in `*` for a prefix. */
  readonly paths?: readonly string[];
}

/** One plugin's hook, ready for the pipeline. */
export interface Hook {
  readonly plugin: string;
  readonly name: ExchangeHookName;
  readonly critical: boolean;
  readonly match: HookMatch;
  /** Lower runs earlier in before_request, later in after_response. */
  readonly priority: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Context keys the plugin gives to later ones; absent: none. */
  readonly provides?: readonly string[];
  /** Context keys the plugin takes from others: in before_request it runs after those. */
  readonly consumes?: readonly string[];
  /** Calls the guest. Throws a `BackworksError`; never touches the exchange itself. */
  readonly run: (exchange: Exchange) => Edits | Promise<Edits>;
}

/** What `health_check` answers. */
export interface PluginHealth {
  readonly status: "healthy" | "degraded" | "unhealthy";
  readonly message?: string;
  readonly details?: Json;
}

import type { Edits, Exchange } from "./exchange.ts";
import type { Json } from "./json.ts";
import type { Verdict } from "./security.ts";

/** What a hook is given. */
export type HookInput =
  | "nothing"
  /** The plugin's configuration as JSON. */
  | "config"
  /** An exchange frame. */
  | "request"
  /** An exchange frame with the part of the response. */
  | "response"
  /** One JSON value. */
  | "json"
  /** A message frame. */
  | "message"
  | "bytes";

/** What it gives back. */
export type HookOutput =
  | "nothing"
  | "json"
  /** An edits frame. */
  | "edits"
  /** A verdict, JSON, or nothing: no opinion. */
  | "verdict"
  /** The answer to a message. */
  | "answer"
  | "bytes";

export interface HookRow {
  readonly input: HookInput;
  readonly output: HookOutput;
  readonly when: string;
}

/** Every hook of ABI 1. An export of another name is never called. `when` goes on after "called". */
export const HOOKS = {
  initialize: { input: "config", output: "nothing", when: "once for each new instance" },
  config_reload: { input: "config", output: "nothing", when: "when its configuration changes" },
  start: {
    input: "nothing",
    output: "nothing",
    when: "once, when all plugins are loaded and before requests come",
  },
  stop: { input: "nothing", output: "nothing", when: "once, when no more requests come" },
  cleanup: { input: "nothing", output: "nothing", when: "once, after stop: the last call of all" },
  health_check: { input: "nothing", output: "json", when: "when /health is asked" },
  get_metrics: { input: "nothing", output: "json", when: "when /metrics is asked" },
  authenticate: {
    input: "request",
    output: "verdict",
    when: "first of all, to say who sends the request",
  },
  authorize: {
    input: "request",
    output: "verdict",
    when: "next, to say whether the request may pass",
  },
  before_request: {
    input: "request",
    output: "edits",
    when: "before the handler: edits the request, or answers it",
  },
  process_endpoint: {
    input: "request",
    output: "edits",
    when: "as the handler of endpoints that name the plugin",
  },
  after_response: {
    input: "response",
    output: "edits",
    when: "after the handler: edits the response",
  },
  audit_log: {
    input: "response",
    output: "nothing",
    when: "when the answer is decided, and waits for nothing",
  },
  on_call: { input: "bytes", output: "bytes", when: "when another plugin calls it" },
  on_event: {
    input: "message",
    output: "nothing",
    when: "for each event of the topics it receives",
  },
  on_message: { input: "message", output: "answer", when: "for each message of a connection" },
  on_schedule: { input: "json", output: "nothing", when: "when its time has come" },
  collect_metrics: { input: "json", output: "json", when: "when figures are gathered" },
  generate_alerts: { input: "json", output: "json", when: "when figures are judged" },
  track_event: { input: "json", output: "json", when: "for each event to be counted" },
  generate_report: { input: "json", output: "json", when: "when a report is wanted" },
} as const;

/**
 * Hooks that no 1.0 host calls by itself: this one starts plugins anew on a changed configuration, and
 * the callers of the others (connectors, schedules, monitoring) come with later versions. They are
 * checked, and `plugin call` calls them.
 */
export const HOOKS_AHEAD: ReadonlySet<HookName> = new Set<HookName>([
  "config_reload",
  "on_message",
  "on_schedule",
  "collect_metrics",
  "generate_alerts",
  "track_event",
  "generate_report",
]);

export type HookName = keyof typeof HOOKS;

type WithInput<Input extends HookInput> = {
  [Name in HookName]: (typeof HOOKS)[Name]["input"] extends Input ? Name : never;
}[HookName];
type WithOutput<Output extends HookOutput> = {
  [Name in HookName]: (typeof HOOKS)[Name]["output"] extends Output ? Name : never;
}[HookName];

/** Hooks that see an exchange: they alone have `match`, `reads`, `priority`, `before`, `after`. */
export type ExchangeHookName = WithInput<"request" | "response">;
/** Those of them that change it: they alone have `writes`. */
export type EditsHookName = WithOutput<"edits">;
/** Those of them that judge it. */
export type VerdictHookName = WithOutput<"verdict">;

export function isHookName(name: string): name is HookName {
  return Object.hasOwn(HOOKS, name);
}

export function isExchangeHookName(name: string): name is ExchangeHookName {
  if (!isHookName(name)) return false;
  const { input } = HOOKS[name];
  return input === "request" || input === "response";
}

export function isEditsHookName(name: string): name is EditsHookName {
  return isHookName(name) && HOOKS[name].output === "edits";
}

export function isVerdictHookName(name: string): name is VerdictHookName {
  return isHookName(name) && HOOKS[name].output === "verdict";
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

/** Which requests a hook sees, and when among the hooks of its name. */
interface HookPlace {
  readonly plugin: string;
  readonly critical: boolean;
  readonly match: HookMatch;
  /** Lower runs earlier, in after_response later. */
  readonly priority: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Context keys the plugin gives to later ones; absent: none. */
  readonly provides?: readonly string[];
  /** Context keys the plugin takes from others: in before_request it runs after those. */
  readonly consumes?: readonly string[];
}

type Answer<Name extends ExchangeHookName> = Name extends EditsHookName
  ? Edits
  : Name extends VerdictHookName
    ? Verdict | undefined
    : undefined;

/** One plugin's hook, ready for the pipeline. */
export type Hook<Name extends ExchangeHookName = EditsHookName> = {
  readonly [Each in Name]: HookPlace & {
    readonly name: Each;
    /** Calls the guest. Throws a `BackworksError`; never touches the exchange itself. */
    readonly run: (exchange: Exchange) => Answer<Each> | Promise<Answer<Each>>;
  };
}[Name];

/** What `health_check` answers. */
export interface PluginHealth {
  readonly status: "healthy" | "degraded" | "unhealthy";
  readonly message?: string;
  readonly details?: Json;
}

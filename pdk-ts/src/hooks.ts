/**
 * How the engine hands a hook its input: all of it as `text`, the head of a `frame` as text with
 * the body on demand, or all of it as `bytes`.
 */
export type HookInput = "text" | "frame" | "bytes";

export interface EngineHook {
  readonly name: string;
  readonly input: HookInput;
}

/**
 * Every hook of ABI 1 in the order of the engine's slots (engine/glue/index.ts). The engine has an
 * export for each of them.
 */
export const HOOKS: readonly EngineHook[] = [
  { name: "initialize", input: "text" },
  { name: "config_reload", input: "text" },
  { name: "start", input: "text" },
  { name: "stop", input: "text" },
  { name: "cleanup", input: "text" },
  { name: "health_check", input: "text" },
  { name: "get_metrics", input: "text" },
  { name: "before_request", input: "frame" },
  { name: "process_endpoint", input: "frame" },
  { name: "after_response", input: "frame" },
  { name: "authenticate", input: "frame" },
  { name: "authorize", input: "frame" },
  { name: "audit_log", input: "frame" },
  { name: "collect_metrics", input: "text" },
  { name: "generate_alerts", input: "text" },
  { name: "track_event", input: "text" },
  { name: "generate_report", input: "text" },
  { name: "on_message", input: "frame" },
  { name: "on_schedule", input: "text" },
  { name: "on_event", input: "frame" },
  { name: "on_call", input: "bytes" },
];

/** The export of each hook in the author's source. */
export const AUTHOR_HOOKS = {
  initialize: "initialize",
  config_reload: "configReload",
  start: "start",
  stop: "stop",
  cleanup: "cleanup",
  health_check: "healthCheck",
  get_metrics: "getMetrics",
  before_request: "beforeRequest",
  process_endpoint: "processEndpoint",
  after_response: "afterResponse",
  authenticate: "authenticate",
  authorize: "authorize",
  audit_log: "auditLog",
  collect_metrics: "collectMetrics",
  generate_alerts: "generateAlerts",
  track_event: "trackEvent",
  generate_report: "generateReport",
  on_message: "onMessage",
  on_schedule: "onSchedule",
  on_event: "onEvent",
  on_call: "onCall",
} as const;

export type AuthorHookName = keyof typeof AUTHOR_HOOKS;

export function isAuthorHook(name: string): name is AuthorHookName {
  return Object.hasOwn(AUTHOR_HOOKS, name);
}

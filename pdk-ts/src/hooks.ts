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
 * export for each of them, so that a hook that authors get later needs no new engine.
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
  { name: "on_message", input: "bytes" },
  { name: "on_schedule", input: "text" },
];

/** The hooks a TypeScript author can write: the export in the module and in the source. */
export const AUTHOR_HOOKS = {
  initialize: "initialize",
  before_request: "beforeRequest",
  process_endpoint: "processEndpoint",
  after_response: "afterResponse",
  health_check: "healthCheck",
} as const;

export type AuthorHookName = keyof typeof AUTHOR_HOOKS;

export function isAuthorHook(name: string): name is AuthorHookName {
  return Object.hasOwn(AUTHOR_HOOKS, name);
}

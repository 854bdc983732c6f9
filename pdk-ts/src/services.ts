/** Rights beyond the request: keys of `capabilities` in plugin.yaml. */
export type CapabilityName =
  "kv" | "http" | "secrets" | "plugins" | "events" | "metrics" | "clock" | "random" | "sql" | "tcp";

/** The module that plugins import the host's functions from. */
export const SERVICES_NAMESPACE = "extism:host/user";

export interface ServiceFunction {
  /** The import from `extism:host/user`. */
  readonly name: string;
  /** All of them are i64, as the result is. */
  readonly parameters: number;
  /** `any`: for whoever has one of the capabilities. */
  readonly capability: CapabilityName | "any";
}

/**
 * The host's functions in the order of the engine's service slots (engine/service-slots.ts). A
 * plugin imports those of the capabilities that its plugin.yaml declares.
 */
export const SERVICES = [
  { name: "bw_error", parameters: 0, capability: "any" },
  { name: "bw_kv_get", parameters: 1, capability: "kv" },
  { name: "bw_kv_set", parameters: 3, capability: "kv" },
  { name: "bw_kv_delete", parameters: 1, capability: "kv" },
  { name: "bw_kv_increment", parameters: 3, capability: "kv" },
  { name: "bw_kv_compare_and_set", parameters: 4, capability: "kv" },
  { name: "bw_http_send", parameters: 2, capability: "http" },
  { name: "bw_secret_get", parameters: 1, capability: "secrets" },
  { name: "bw_plugin_call", parameters: 2, capability: "plugins" },
  { name: "bw_event_publish", parameters: 2, capability: "events" },
  { name: "bw_metric_record", parameters: 1, capability: "metrics" },
  { name: "bw_clock_now", parameters: 0, capability: "clock" },
  { name: "bw_clock_monotonic", parameters: 0, capability: "clock" },
  { name: "bw_random_bytes", parameters: 1, capability: "random" },
  { name: "bw_sql_query", parameters: 3, capability: "sql" },
  { name: "bw_tcp_open", parameters: 1, capability: "tcp" },
  { name: "bw_tcp_send", parameters: 2, capability: "tcp" },
  { name: "bw_tcp_receive", parameters: 3, capability: "tcp" },
  { name: "bw_tcp_close", parameters: 1, capability: "tcp" },
] as const;

export type ServiceName = (typeof SERVICES)[number]["name"];

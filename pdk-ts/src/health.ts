/** What `healthCheck` answers. */
export interface PluginHealth {
  readonly status: "healthy" | "degraded" | "unhealthy";
  /** Why it is not healthy, in a few words. */
  readonly message?: string;
  /** Facts for whoever looks closer: anything that is JSON. */
  readonly details?: unknown;
}

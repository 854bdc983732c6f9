/** What `healthCheck` answers. */
export class PluginHealth {
  /** `healthy`, `degraded` or `unhealthy`. */
  status: string = "";
  /** Why it is not healthy, in a few words. */
  message: string | null = null;
}

import type { HealthReport } from "../http/admin.ts";
import type { PluginRegistry } from "../plugins/registry.ts";

/** The whole is degraded when any plugin is not well; it is still the host that answers. */
export async function reportHealth(plugins: PluginRegistry): Promise<HealthReport> {
  const health = await plugins.health();
  const isWell = [...health.values()].every(
    ({ status }) => status === "healthy" || status === "disabled",
  );
  return { status: isWell ? "healthy" : "degraded", plugins: Object.fromEntries(health) };
}

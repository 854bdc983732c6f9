import type { HealthReport } from "../http/admin.ts";
import type { HealthAnswer } from "../plugins/health.ts";
import type { PluginRegistry } from "../plugins/registry.ts";

/** Unhealthy without what is critical, degraded without anything else; disabled plugins do not count. */
export async function reportHealth(plugins: PluginRegistry): Promise<HealthReport> {
  const health = await plugins.health();
  const ill = [...health.values()].filter(({ status }) => !isWell(status));
  return { status: rate(ill), plugins: Object.fromEntries(health) };
}

function isWell(status: string): boolean {
  return status === "healthy" || status === "disabled";
}

function rate(ill: readonly HealthAnswer[]): HealthReport["status"] {
  if (ill.length === 0) return "healthy";
  const isDown = ill.some(({ status, critical }) => critical === true && status !== "degraded");
  return isDown ? "unhealthy" : "degraded";
}

import type { EndpointConfig } from "../contracts/config.ts";
import { isExchangeHookName } from "../contracts/hooks.ts";
import type { PluginLimits } from "../contracts/limits.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { matchRoute } from "../pipeline/match.ts";

/** Limits on routes that a plugin has nothing to do with: nothing, or one sentence of them. */
export function findIdleRoutes(
  name: string,
  { hooks }: Manifest,
  { routes }: PluginLimits,
  endpoints: readonly EndpointConfig[],
): string[] {
  const runsOn = (endpoint: EndpointConfig): boolean => {
    const { handler } = endpoint;
    if (handler.kind === "plugin" && handler.plugin === name) return true;
    return Object.entries(hooks).some(
      ([hook, { match }]) =>
        isExchangeHookName(hook) &&
        hook !== "process_endpoint" &&
        matchRoute(match, endpoint).kind !== "never",
    );
  };
  const ids = new Set(endpoints.filter(runsOn).map(({ id }) => id));
  const idle = [...routes.keys()].filter((route) => !ids.has(route));
  if (idle.length === 0) return [];
  return [`without effect: limits.routes ${idle.join(", ")} (it does nothing there)`];
}

import type { EndpointConfig } from "../contracts/config.ts";
import type { HookMatch } from "../contracts/hooks.ts";
import { escapeText } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import { matchRoute } from "../pipeline/match.ts";
import type { GuardingPlugin } from "../plugins/gone.ts";
import { findGuarded } from "../plugins/guard.ts";

/** Says in the log which routes nobody guards any more, now that these plugins are gone. */
export function warnOfGone(
  gone: readonly GuardingPlugin[],
  present: readonly GuardingPlugin[],
  endpoints: readonly EndpointConfig[],
  logger: Logger,
): void {
  const others = present.flatMap(findGuarded);
  const isGuarded = (endpoint: EndpointConfig): boolean =>
    others.some((match) => matchRoute(match, endpoint).kind === "always");
  for (const guard of gone) {
    const matches = findGuarded(guard);
    const routes = endpoints
      .filter((endpoint) => isSeen(endpoint, matches) && !isGuarded(endpoint))
      .map(({ id }) => id);
    const open =
      routes.length === 0
        ? "no route is open for that"
        : `nobody guards these routes any more: ${routes.join(", ")}`;
    logger.warn({ plugin: guard.name, routes }, escapeText(`plugin is gone; ${open}`));
  }
}

/** Also if only some of its requests are. */
function isSeen(endpoint: EndpointConfig, matches: readonly HookMatch[]): boolean {
  return matches.some((match) => matchRoute(match, endpoint).kind !== "never");
}

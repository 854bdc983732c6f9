import { isExchangeHookName, isVerdictHookName } from "../contracts/hooks.ts";
import type { ExchangeHookName, Hook, HookMatch } from "../contracts/hooks.ts";
import { BackworksError } from "../lib/errors.ts";
import type { RefusedState } from "./state.ts";

/**
 * Stands in for a plugin that was refused: the routes it would have seen answer 503, or a damaged file
 * would open what the plugin was there to close. So it is for hooks that say who gets in, and for all
 * hooks of a critical plugin. Without its manifest nobody knows which routes those are: a critical
 * plugin then closes all of them.
 */
export function createGuards(state: RefusedState): Hook<ExchangeHookName>[] {
  const { name: plugin, critical, manifest, error } = state;
  const place = { plugin, critical, priority: Number.MIN_SAFE_INTEGER, before: [], after: [] };
  const run = (): never => {
    throw new BackworksError("plugin_unavailable", `it was refused at start (${error.code})`, {
      details: { plugin, reason: error.code },
    });
  };
  if (manifest === undefined) {
    return critical ? [{ ...place, name: "before_request", match: {}, run }] : [];
  }
  const matches = (isWanted: (hook: string) => boolean): HookMatch[] =>
    Object.entries(manifest.hooks).flatMap(([hook, { match }]) => (isWanted(hook) ? [match] : []));
  const others = critical ? matches(isAround) : [];
  return [
    ...matches(isVerdictHookName).map((match) => ({
      ...place,
      name: "authenticate" as const,
      match,
      run,
    })),
    ...others.map((match) => ({ ...place, name: "before_request" as const, match, run })),
  ];
}

/** A missing handler is told by its own routes. */
function isAround(hook: string): boolean {
  return isExchangeHookName(hook) && !isVerdictHookName(hook) && hook !== "process_endpoint";
}

import { isExchangeHookName, isHookName, isVerdictHookName } from "../contracts/hooks.ts";
import type { ExchangeHookName, Hook, HookMatch } from "../contracts/hooks.ts";
import { BackworksError } from "../lib/errors.ts";
import type { RefusedState } from "./state.ts";

/**
 * Stands in for a plugin that was refused: the routes it would have seen answer 503, or a damaged file
 * would open what the plugin was there to close. So it is for hooks that say who gets in, and for all
 * hooks of a critical plugin. When nobody knows which routes those are, a critical plugin closes all of
 * them.
 */
export function createGuards(state: RefusedState): Hook<ExchangeHookName>[] {
  const { name: plugin, critical, duties } = state;
  const place = { plugin, critical, priority: Number.MIN_SAFE_INTEGER, before: [], after: [] };
  const run = (): never => {
    // A new error each time: a stack is nobody's to share.
    throw refusedAtStart(state);
  };
  if (duties === undefined) {
    return critical ? [{ ...place, name: "before_request", match: {}, run }] : [];
  }
  const matches = (isWanted: (hook: string) => boolean): HookMatch[] =>
    duties.flatMap(({ hook, match }) => (isWanted(hook) ? [match] : []));
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

/** The requests that must not pass without a plugin. */
export function findGuarded({
  critical,
  duties,
}: Pick<RefusedState, "critical" | "duties">): HookMatch[] {
  if (duties === undefined) return critical ? [{}] : [];
  return duties
    .filter(({ hook }) => isVerdictHookName(hook) || (critical && isAround(hook)))
    .map(({ match }) => match);
}

/** What ends a request that needs the plugin. It is told to clients: the reason is a code. */
export function refusedAtStart({ name, error }: RefusedState): BackworksError {
  return new BackworksError(
    "plugin_unavailable",
    `plugin "${name}" was refused at start (${error.code})`,
    { details: { plugin: name, reason: error.code } },
  );
}

/** A missing handler is told by its own routes. What a hook of no known name sees, nobody knows. */
function isAround(hook: string): boolean {
  if (!isHookName(hook)) return true;
  return isExchangeHookName(hook) && !isVerdictHookName(hook) && hook !== "process_endpoint";
}

import type { ExchangeHookName, Hook } from "../contracts/hooks.ts";
import type { Exchange } from "../contracts/exchange.ts";
import { BackworksError } from "../lib/errors.ts";
import { canonicalPath, pathOf } from "../lib/path.ts";
import { matchRoute } from "./match.ts";
import type { PipelineRoute, RequestTest, RouteMatch } from "./match.ts";

export type MaybePromise<T> = T | Promise<T>;

/** A hook of one route. */
export interface Step<H extends Hook<ExchangeHookName>> {
  readonly hook: H;
  /** Absent when the hook sees every request of the route. */
  readonly test: RequestTest | undefined;
}

/** The hooks that see requests of a route, in the order given. */
export function stepsOf<H extends Hook<ExchangeHookName>>(
  hooks: readonly H[],
  route: PipelineRoute,
): Step<H>[] {
  return hooks.flatMap((hook) => {
    const match = matchHook(hook, route);
    if (match.kind === "never") return [];
    return [{ hook, test: match.kind === "sometimes" ? match.test : undefined }];
  });
}

/** What tests are asked with: the client's path, or nothing when none of them wants it. */
export function pathFor(
  steps: readonly Step<Hook<ExchangeHookName>>[],
): (exchange: Exchange) => string {
  const needsPath = steps.some((step) => step.test !== undefined);
  return needsPath ? ({ request }) => canonicalPath(pathOf(request.target)) : () => "";
}

/** A path that no request can have is a mistake of the plugin, which the error names. */
function matchHook(hook: Hook<ExchangeHookName>, route: PipelineRoute): RouteMatch {
  try {
    return matchRoute(hook.match, route);
  } catch (cause) {
    if (!(cause instanceof BackworksError)) throw cause;
    const { plugin, name } = hook;
    throw new BackworksError(cause.code, `plugin "${plugin}": hooks.${name}.${cause.message}`, {
      cause,
      details: { ...cause.details, plugin, hook: name },
    });
  }
}

export function chain<T, U>(
  value: MaybePromise<T>,
  use: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}

import type { Exchange } from "../contracts/exchange.ts";
import type { Hook, VerdictHookName } from "../contracts/hooks.ts";
import { AUTH_KEY, challengeOf, type Denial, type Verdict } from "../contracts/security.ts";
import { assert } from "../lib/assert.ts";
import { BackworksError } from "../lib/errors.ts";
import { blame } from "./failure.ts";
import { chain, type MaybePromise, type Step } from "./steps.ts";

type Judge = Step<Hook<VerdictHookName>>;

/** The security hooks of one route, in order. */
export interface Gate {
  readonly authenticate: readonly Judge[];
  readonly authorize: readonly Judge[];
}

/**
 * Lets a request pass, or throws: `request_unauthenticated` or `request_forbidden` when a hook denies
 * it, and what a hook fails with, whatever its plugin's policy is. The first authenticate hook that
 * knows who sends it wins; every authorize hook is asked.
 */
export function passGate(gate: Gate, exchange: Exchange, path: string): MaybePromise<void> {
  return chain(ask(gate.authenticate, exchange, path, 0), () =>
    ask(gate.authorize, exchange, path, 0),
  );
}

function ask(
  judges: readonly Judge[],
  exchange: Exchange,
  path: string,
  from: number,
): MaybePromise<void> {
  for (let index = from; index < judges.length; index++) {
    const judge = judges[index];
    assert(judge !== undefined, "a judge has a place in its list");
    if (judge.test !== undefined && !judge.test(exchange.request.method, path)) continue;
    const verdict = hear(judge.hook, exchange);
    if (verdict instanceof Promise) {
      return verdict.then((settled) =>
        isSettled(settled, judge.hook, exchange)
          ? undefined
          : ask(judges, exchange, path, index + 1),
      );
    }
    if (isSettled(verdict, judge.hook, exchange)) return;
  }
}

function hear(hook: Hook<VerdictHookName>, exchange: Exchange): MaybePromise<Verdict | undefined> {
  try {
    const verdict = hook.run(exchange);
    if (!(verdict instanceof Promise)) return verdict;
    return verdict.catch((thrown: unknown) => {
      throw blame(hook, thrown);
    });
  } catch (thrown) {
    throw blame(hook, thrown);
  }
}

/** Whether nobody else of its kind is asked. */
function isSettled(
  verdict: Verdict | undefined,
  hook: Hook<VerdictHookName>,
  exchange: Exchange,
): boolean {
  switch (verdict?.kind) {
    case undefined:
    case "allowed":
      return false;
    case "identified":
      exchange.context.set(AUTH_KEY, JSON.stringify(verdict.identity));
      return true;
    case "denied":
      throw denied(verdict, hook);
  }
}

/** The client is told the reason, and not which plugin it comes from. */
function denied(denial: Denial, hook: Hook<VerdictHookName>): BackworksError {
  const { status, reason } = denial;
  const challenge = challengeOf(denial);
  const code = status === 401 ? "request_unauthenticated" : "request_forbidden";
  return new BackworksError(code, reason, {
    details: {
      deniedBy: hook.plugin,
      by: hook.name,
      ...(challenge !== undefined && { challenge }),
    },
  });
}

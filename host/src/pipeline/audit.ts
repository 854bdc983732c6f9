import type { Exchange, ResponseMessage } from "../contracts/exchange.ts";
import type { Hook } from "../contracts/hooks.ts";
import type { HookFailure } from "./failure.ts";
import type { PipelineRoute } from "./match.ts";
import { pathFor, stepsOf, type Step } from "./steps.ts";

/** Told of audits that came to nothing. */
export interface AuditReports {
  readonly failed: (failure: HookFailure) => void;
  /** `isFirst`: of a row of them. */
  readonly dropped: (plugin: string, isFirst: boolean) => void;
}

/** Begins with a request and is told its answer; it never throws. */
export type Audit = (exchange: Exchange) => (response: ResponseMessage) => void;

type AuditHook = Hook<"audit_log">;

interface Waiting {
  readonly hook: AuditHook;
  readonly exchange: Exchange;
}

/**
 * As many audits wait or run. Each holds on to its exchange, and an auditor that is slower than the
 * requests come would keep all of them.
 */
export const AUDITS_MAX = 256;

/**
 * Shows answers to audit_log hooks when they are on their way: in a later turn of the event loop, one
 * hook a turn, so that no answer waits for it. What does not fit is dropped and counted.
 */
export class Auditor {
  readonly #reports: AuditReports;
  readonly #waiting: Waiting[] = [];
  /** Those that wait, too. */
  #inFlight = 0;
  #isDropping = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(reports: AuditReports) {
    this.#reports = reports;
  }

  /** Undefined when nobody audits the route. */
  compose(route: PipelineRoute, hooks: readonly AuditHook[]): Audit | undefined {
    const steps = stepsOf(hooks, route);
    if (steps.length === 0) return undefined;
    const pathOf = pathFor(steps);
    return (exchange) => {
      // Now, since hooks may rewrite the target.
      const path = pathOf(exchange);
      return (response) => this.#add(steps, path, { ...exchange, response });
    };
  }

  /** Resolves when no audit waits or runs any more. */
  async drain(): Promise<void> {
    if (this.#inFlight === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  #add(steps: readonly Step<AuditHook>[], path: string, exchange: Exchange): void {
    for (const { hook, test } of steps) {
      if (test !== undefined && !test(exchange.request.method, path)) continue;
      if (this.#inFlight >= AUDITS_MAX) {
        this.#reports.dropped(hook.plugin, !this.#isDropping);
        this.#isDropping = true;
        continue;
      }
      this.#inFlight++;
      this.#waiting.push({ hook, exchange });
      if (this.#waiting.length === 1) setImmediate(this.#turn);
    }
  }

  readonly #turn = (): void => {
    const next = this.#waiting.shift();
    if (this.#waiting.length > 0) setImmediate(this.#turn);
    if (next !== undefined) void this.#run(next);
  };

  async #run({ hook, exchange }: Waiting): Promise<void> {
    try {
      await hook.run(exchange);
    } catch (error) {
      const { plugin, name } = hook;
      const { route, id: requestId } = exchange;
      this.#reports.failed({ plugin, hook: name, route, requestId, error });
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#inFlight--;
    if (this.#inFlight > 0) return;
    this.#isDropping = false;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}

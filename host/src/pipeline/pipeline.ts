import { NO_EDITS } from "../contracts/exchange.ts";
import type { Edits, Exchange, Handler, ResponseMessage } from "../contracts/exchange.ts";
import type { Hook } from "../contracts/hooks.ts";
import { assert } from "../lib/assert.ts";
import { buildResponse, editRequest, editResponse } from "./edits.ts";
import { blame, blamePlugin, isPluginFailure } from "./failure.ts";
import type { ReportSkipped } from "./failure.ts";
import { passGate, type Gate } from "./gate.ts";
import type { PipelineRoute } from "./match.ts";
import type { HookOrder } from "./order.ts";
import { chain, pathFor, stepsOf, type MaybePromise, type Step } from "./steps.ts";

/** The steps of one direction; `path` is the client's, so that no rewrite evades a later hook. */
interface Pass {
  readonly steps: readonly Step<Hook>[];
  readonly apply: (exchange: Exchange, edits: Edits) => void;
  /** Whether the pass is over before its last step. */
  readonly isOver: (exchange: Exchange) => boolean;
  readonly report: ReportSkipped;
}

/**
 * Puts the hooks of a route around its handler: the gate of authenticate and authorize, before_request
 * in order, the handler, after_response in reverse order. A before_request hook that answers ends the
 * way in; the hooks behind it and the handler are not called, and every after_response hook sees its
 * answer like any other. An error that ends the request (a denial, a critical plugin, the handler, a
 * bug) passes all hooks by.
 *
 * Hooks and handlers that answer in the same turn make no promise.
 */
export function composePipeline(
  route: PipelineRoute,
  order: HookOrder,
  handler: Handler,
  report: ReportSkipped,
): Handler {
  const wayIn: Pass = {
    steps: stepsOf(order.beforeRequest, route),
    apply: applyBefore,
    isOver: (exchange) => exchange.response !== undefined,
    report,
  };
  const wayOut: Pass = {
    steps: stepsOf(order.afterResponse, route),
    apply: applyAfter,
    isOver: () => false,
    report,
  };
  const gate: Gate = {
    authenticate: stepsOf(order.authenticate, route),
    authorize: stepsOf(order.authorize, route),
  };
  const judges = [...gate.authenticate, ...gate.authorize];
  const steps = [...judges, ...wayIn.steps, ...wayOut.steps];
  if (steps.length === 0) return handler;
  const pathOf = pathFor(steps);
  const pass = (exchange: Exchange, path: string): MaybePromise<ResponseMessage> =>
    chain(run(wayIn, exchange, path, 0), () =>
      chain(respond(exchange, handler), (response) => {
        exchange.response = response;
        return chain(run(wayOut, exchange, path, 0), () => responseOf(exchange));
      }),
    );
  if (judges.length === 0) return (exchange) => pass(exchange, pathOf(exchange));
  return (exchange) => {
    const path = pathOf(exchange);
    return chain(passGate(gate, exchange, path), () => pass(exchange, path));
  };
}

/** A plugin's process_endpoint as the handler of a route. It cannot be skipped: nobody else answers. */
export function composeEndpoint(hook: Hook): Handler {
  return (exchange) => {
    const finish = (edits: Edits): ResponseMessage => {
      provide(exchange, edits);
      return buildResponse(edits);
    };
    let edits: MaybePromise<Edits>;
    try {
      edits = hook.run(exchange);
    } catch (thrown) {
      throw blame(hook, thrown);
    }
    if (!(edits instanceof Promise)) return finish(edits);
    return edits.then(finish, (thrown: unknown) => {
      throw blame(hook, thrown);
    });
  };
}

function respond(exchange: Exchange, handler: Handler): MaybePromise<ResponseMessage> {
  return exchange.response ?? handler(exchange);
}

/** Runs the steps from `from` on; goes on in a promise only from the first one that waits. */
function run(pass: Pass, exchange: Exchange, path: string, from: number): MaybePromise<void> {
  const { steps } = pass;
  for (let index = from; index < steps.length; index++) {
    const step = steps[index];
    assert(step !== undefined, "a step has a place in its list");
    if (step.test !== undefined && !step.test(exchange.request.method, path)) continue;
    const edits = callHook(step.hook, exchange, pass.report);
    if (edits instanceof Promise) {
      return edits.then((settled) => {
        pass.apply(exchange, settled);
        return pass.isOver(exchange) ? undefined : run(pass, exchange, path, index + 1);
      });
    }
    if (edits === NO_EDITS) continue;
    pass.apply(exchange, edits);
    if (pass.isOver(exchange)) return;
  }
}

function callHook(hook: Hook, exchange: Exchange, report: ReportSkipped): MaybePromise<Edits> {
  const onFailure = (thrown: unknown): Edits => {
    if (!isPluginFailure(thrown)) throw thrown;
    if (hook.critical) throw blamePlugin(hook, thrown);
    const { route, id: requestId } = exchange;
    report({ plugin: hook.plugin, hook: hook.name, route, requestId, error: thrown });
    return NO_EDITS;
  };
  try {
    const edits = hook.run(exchange);
    return edits instanceof Promise ? edits.catch(onFailure) : edits;
  } catch (thrown) {
    return onFailure(thrown);
  }
}

function applyBefore(exchange: Exchange, edits: Edits): void {
  provide(exchange, edits);
  if (edits.status === undefined) exchange.request = editRequest(exchange.request, edits);
  else exchange.response = buildResponse(edits);
}

function applyAfter(exchange: Exchange, edits: Edits): void {
  provide(exchange, edits);
  exchange.response = editResponse(responseOf(exchange), edits);
}

function provide(exchange: Exchange, edits: Edits): void {
  for (const [key, json] of edits.context) exchange.context.set(key, json);
}

function responseOf(exchange: Exchange): ResponseMessage {
  assert(exchange.response !== undefined, "after the handler there is a response");
  return exchange.response;
}

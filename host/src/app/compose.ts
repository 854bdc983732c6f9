import type { Config, EndpointConfig } from "../contracts/config.ts";
import type { Handler } from "../contracts/exchange.ts";
import type { ExchangeHookName, Hook } from "../contracts/hooks.ts";
import { NO_LIMITS } from "../contracts/limits.ts";
import { assert } from "../lib/assert.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import type { HttpRoute } from "../http/dispatch.ts";
import { composeMock } from "../modes/mock.ts";
import type { TemplateTools } from "../modes/template-functions.ts";
import type { Auditor } from "../pipeline/audit.ts";
import { matchRoute } from "../pipeline/match.ts";
import { orderHooks } from "../pipeline/order.ts";
import type { HookOrder } from "../pipeline/order.ts";
import { composeEndpoint, composePipeline } from "../pipeline/pipeline.ts";
import { isMissed } from "../plugins/state.ts";
import type { PluginRegistry } from "../plugins/registry.ts";
import { findIdleRoutes } from "./idle-routes.ts";
import { createSkipReport } from "./reports.ts";
import type { RouteSummary } from "./summary.ts";

export interface ComposeTools extends TemplateTools {
  readonly plugins: PluginRegistry;
  readonly auditor: Auditor;
  readonly logger: Logger;
}

export interface ComposedRoutes {
  readonly routes: readonly HttpRoute[];
  readonly summaries: readonly RouteSummary[];
}

/** Turns every endpoint into a route: the handler of its mode inside the hooks that match it. */
export function composeRoutes(config: Config, tools: ComposeTools): ComposedRoutes {
  const order = settleOrder(tools.plugins);
  for (const note of order.notes) tools.logger.warn({}, escapeText(note));
  warnOfIdleRoutes(config, tools);
  const report = createSkipReport(tools.logger);
  const missed = new Map(
    tools.plugins.states.filter(isMissed).map(({ name, error }) => [name, error.code] as const),
  );
  const composed = config.endpoints.map((endpoint) => {
    const { handler, problem } = createHandler(endpoint, tools);
    const { id, path, methods } = endpoint;
    const route: HttpRoute = {
      id,
      path,
      methods,
      handler: composePipeline(endpoint, order, handler, report),
      audit: tools.auditor.compose(endpoint, order.auditLog),
    };
    return { route, summary: summarize(endpoint, order, { problem, missed }) };
  });
  return {
    routes: composed.map(({ route }) => route),
    summaries: composed.map(({ summary }) => summary),
  };
}

function warnOfIdleRoutes({ plugins, endpoints }: Config, tools: ComposeTools): void {
  for (const { name, manifest } of tools.plugins.loaded) {
    const limits = plugins.find((plugin) => plugin.name === name)?.limits ?? NO_LIMITS;
    for (const what of findIdleRoutes(name, manifest, limits, endpoints)) {
      tools.logger.warn({ plugin: name }, escapeText(what));
    }
  }
}

/** Plugins whose demands contradict each other are refused together; the others go on. */
export function settleOrder(plugins: PluginRegistry): HookOrder {
  for (;;) {
    try {
      const loaded = plugins.states.filter(({ kind }) => kind === "loaded");
      return orderHooks(
        plugins.hooks,
        loaded.map(({ name }) => name),
      );
    } catch (error) {
      if (!(error instanceof BackworksError && error.code === "plugin_order_cycle")) throw error;
      const { cycle } = error.details;
      assert(Array.isArray(cycle) && cycle.length > 0, "a cycle names its plugins");
      plugins.refuse(cycle, error);
    }
  }
}

interface ComposedHandler {
  readonly handler: Handler;
  readonly problem: string | undefined;
}

function createHandler(endpoint: EndpointConfig, tools: ComposeTools): ComposedHandler {
  const { handler: config } = endpoint;
  switch (config.kind) {
    case "mock":
      return { handler: composeMock(endpoint, config.mock, tools), problem: undefined };
    case "plugin": {
      const hook = tools.plugins.endpoint(config.plugin);
      if (!(hook instanceof BackworksError)) {
        return { handler: composeEndpoint(hook), problem: undefined };
      }
      const fail: Handler = () => {
        // A new error each time: a stack is nobody's to share.
        throw new BackworksError(hook.code, hook.message, { cause: hook, details: hook.details });
      };
      return { handler: fail, problem: hook.message };
    }
  }
}

/** What keeps requests of a route from being answered. */
interface Closing {
  /** Why its handler is not there. */
  readonly problem: string | undefined;
  /** Why plugins that requests must not pass without are not there, by name. */
  readonly missed: ReadonlyMap<string, string>;
}

function summarize(
  { id, path, methods, handler }: EndpointConfig,
  order: HookOrder,
  closing: Closing,
): RouteSummary {
  const { authenticate, authorize, beforeRequest, afterResponse, auditLog } = order;
  const all = [authenticate, authorize, beforeRequest, afterResponse.toReversed(), auditLog];
  const hooks = all
    .flat<readonly (readonly Hook<ExchangeHookName>[])[]>()
    .map(({ plugin, match }) => ({ plugin, kind: matchRoute(match, { id, path, methods }).kind }))
    .filter(({ kind }) => kind !== "never");
  return {
    id,
    methods,
    path,
    handler: handler.kind === "plugin" ? handler.plugin : handler.kind,
    hooks: [...new Set(hooks.map(({ plugin }) => plugin))],
    ...closedBy(hooks, closing),
  };
}

/** What closes all of a route goes before what closes a part. */
function closedBy(
  hooks: readonly { readonly plugin: string; readonly kind: "always" | "sometimes" | "never" }[],
  { problem, missed }: Closing,
): Pick<RouteSummary, "closed" | "problem"> {
  if (problem !== undefined) return { closed: "always", problem };
  const guards = hooks.filter(({ plugin }) => missed.has(plugin));
  const guard = guards.find(({ kind }) => kind === "always") ?? guards[0];
  if (guard === undefined) return { closed: "never", problem: undefined };
  const { plugin, kind } = guard;
  const why = `plugin "${plugin}" was refused at start (${missed.get(plugin)})`;
  return { closed: kind, problem: why };
}

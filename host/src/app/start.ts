import type { Config } from "../contracts/config.ts";
import { HttpServer } from "../http/server.ts";
import type { ServerAddress } from "../http/listen.ts";
import { DEFAULT_HTTP_LIMITS } from "../http/limits.ts";
import { systemClock } from "../lib/clock.ts";
import { createRandomIds } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import { VERSION } from "../lib/version.ts";
import { findGuarding } from "../plugins/gone.ts";
import { isMissed } from "../plugins/state.ts";
import type { PluginRegistry } from "../plugins/registry.ts";
import type { PluginState } from "../plugins/state.ts";
import { composeRoutes } from "./compose.ts";
import { reportHealth } from "./health.ts";
import { runPlugins, type RunningPlugins } from "./run-plugins.ts";
import type { PluginSummary, StartSummary } from "./summary.ts";
import { warnOfGone } from "./unguarded.ts";

/** An application that answers requests. */
export interface RunningApp {
  readonly summary: StartSummary;
  /** Finishes the requests in flight, at most `server.drainMs` long. */
  readonly stop: () => Promise<void>;
}

/** One that another application can take the place of. */
export interface ServingApp extends RunningApp {
  readonly plugins: PluginRegistry;
  readonly server: HttpServer;
}

/** Whose place an application takes. */
export interface Replaced {
  readonly app: ServingApp;
  /** Plugins that guard its routes and may be gone, by name. */
  readonly released: ReadonlySet<string>;
}

/** Loads and starts the plugins, composes the routes and listens. */
export async function startApp(config: Config, logger: Logger): Promise<RunningApp> {
  return serveApp(config, logger);
}

/**
 * The same in the place of another, which answers all requests until this is ready for them, and is
 * then to be stopped. When it throws, the other goes on: so it does when a plugin that runs there is
 * refused here (`BackworksErrors`), or guards its routes and is gone (`GuardsGoneError`).
 */
export async function serveApp(
  config: Config,
  logger: Logger,
  replaced?: Replaced,
): Promise<ServingApp> {
  const startedMs = systemClock.monotonicMs();
  const before = replaced?.app;
  const running = await runPlugins(config, {
    clock: systemClock,
    logger,
    before: before?.plugins,
    released: replaced?.released,
  });
  try {
    return await serve(config, running, { startedMs, logger, before });
  } catch (error) {
    await running.stop();
    throw error;
  }
}

interface ServeOptions {
  readonly startedMs: number;
  readonly logger: Logger;
  readonly before: ServingApp | undefined;
}

async function serve(
  config: Config,
  running: RunningPlugins,
  { startedMs, logger, before }: ServeOptions,
): Promise<ServingApp> {
  const { plugins, auditor, metrics, services, gone } = running;
  const clock = systemClock;
  const ids = createRandomIds();
  const tools = { plugins, auditor, logger, clock, ids, random: Math.random };
  const { routes, summaries } = composeRoutes(config, tools);
  const server = new HttpServer({
    config: config.server,
    limits: DEFAULT_HTTP_LIMITS,
    routes,
    version: VERSION,
    health: () => reportHealth(plugins),
    isReady: () => plugins.isReady(),
    ...metrics.http,
    logger,
    clock,
    ids,
  });
  const address = await (before === undefined ? server.listen() : server.replace(before.server));
  logger.info({ host: address.host, port: address.port }, "listening");
  warnOfGone(gone, findGuarding(plugins.states), config.endpoints, logger);
  return {
    plugins,
    server,
    summary: {
      name: config.name,
      version: VERSION,
      configFile: config.file,
      url: urlOf(address),
      plugins: plugins.states.map(summarizePlugin),
      routes: summaries,
      warnings: config.warnings,
      fuelPerMs: services.fuelPerMs(),
      startMs: clock.monotonicMs() - startedMs,
    },
    stop: async () => {
      await server.close(config.server.drainMs);
      await running.stop();
      logger.info({}, server.isReplaced ? "stopped, replaced by another application" : "stopped");
    },
  };
}

/** A person cannot open `0.0.0.0`. */
function urlOf({ host, port }: ServerAddress): string {
  const isWildcard = host === "0.0.0.0" || host === "::";
  const name = isWildcard ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function summarizePlugin(state: PluginState): PluginSummary {
  const { name } = state;
  const { file, manifest } = state.kind === "loaded" ? state.plugin : state;
  const isLoaded = state.kind === "loaded";
  const hooks =
    state.kind === "refused"
      ? [...new Set(state.duties?.map(({ hook }) => hook))]
      : Object.keys(manifest?.hooks ?? {});
  return {
    name,
    version: manifest?.version,
    file,
    state: state.kind,
    hooks,
    critical: isLoaded ? state.plugin.critical : isMissed(state),
    isolation: isLoaded ? state.plugin.isolation : undefined,
    error: state.kind === "refused" ? state.error : undefined,
  };
}

import type { Config } from "../contracts/config.ts";
import { HttpServer } from "../http/server.ts";
import type { ServerAddress } from "../http/listen.ts";
import { DEFAULT_HTTP_LIMITS } from "../http/limits.ts";
import { systemClock } from "../lib/clock.ts";
import { createRandomIds } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import { fillRandom } from "../lib/random.ts";
import { VERSION } from "../lib/version.ts";
import { PluginRegistry } from "../plugins/registry.ts";
import { isMissed } from "../plugins/state.ts";
import type { PluginState } from "../plugins/state.ts";
import { SharedServices } from "../plugins/shared-services.ts";
import { composeRoutes } from "./compose.ts";
import { reportHealth } from "./health.ts";
import { createMetrics } from "./metrics.ts";
import type { PluginSummary, StartSummary } from "./summary.ts";

/** An application that answers requests. */
export interface RunningApp {
  readonly summary: StartSummary;
  /** Finishes the requests in flight, at most `server.drainMs` long. */
  readonly stop: () => Promise<void>;
}

/** Loads the plugins, composes the routes and listens. */
export async function startApp(config: Config, logger: Logger): Promise<RunningApp> {
  const clock = systemClock;
  const startedMs = clock.monotonicMs();
  const services = new SharedServices({
    dataDirectory: config.dataDirectory,
    cacheDirectory: config.cacheDirectory,
    clock,
    fillRandom,
    // While plugins are loaded, none of them can be called.
    findCallee: (name) => loaded?.callee(name),
  });
  let loaded: PluginRegistry | undefined;
  const metrics = createMetrics(config.metrics, () => plugins.reports(), logger);
  const plugins = await PluginRegistry.load(config, logger, services, metrics.observePlugin);
  loaded = plugins;
  const ids = createRandomIds();
  const { routes, summaries } = composeRoutes(config, {
    plugins,
    logger,
    clock,
    ids,
    random: Math.random,
  });
  const server = new HttpServer({
    config: config.server,
    limits: DEFAULT_HTTP_LIMITS,
    routes,
    version: VERSION,
    health: () => reportHealth(plugins),
    isReady: () => !plugins.states.some(isMissed),
    ...metrics.http,
    logger,
    clock,
    ids,
  });
  const close = (): void => {
    plugins.close();
    services[Symbol.dispose]();
    metrics[Symbol.dispose]();
  };
  // What was metered is on disk, for the next start, when somebody may end this one.
  await services.modules?.settle();
  const address = await listen(server, close);
  logger.info({ host: address.host, port: address.port }, "listening");
  return {
    summary: {
      name: config.name,
      version: VERSION,
      configFile: config.file,
      url: urlOf(address),
      plugins: plugins.states.map(summarizePlugin),
      routes: summaries,
      warnings: config.warnings,
      fuelPerMs: services.fuelPerMs,
      startMs: clock.monotonicMs() - startedMs,
    },
    stop: async () => {
      await server.close(config.server.drainMs);
      close();
      logger.info({}, "stopped");
    },
  };
}

async function listen(server: HttpServer, close: () => void): Promise<ServerAddress> {
  try {
    return await server.listen();
  } catch (error) {
    close();
    throw error;
  }
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
  return {
    name,
    version: manifest?.version,
    file,
    state: state.kind,
    hooks: Object.keys(manifest?.hooks ?? {}),
    error: state.kind === "refused" ? state.error : undefined,
  };
}

import type { HOST_PATHS } from "../contracts/config.ts";
import type { Handler, HeaderList, ResponseMessage } from "../contracts/exchange.ts";
import type { Json } from "../contracts/json.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import type { HttpRoute } from "./dispatch.ts";

/** What the application knows of itself; asked at every `/health`. */
export interface HealthReport {
  readonly status: "healthy" | "degraded" | "unhealthy";
  /** By plugin name. */
  readonly plugins: Readonly<Record<string, Json>>;
}

/** Where figures are found, and how they are printed. */
export interface MetricsEndpoint {
  readonly path: string;
  readonly contentType: string;
  readonly print: () => Promise<string>;
}

export interface AdminOptions {
  readonly version: string;
  readonly health: () => HealthReport | Promise<HealthReport>;
  /** Undefined: there are none. */
  readonly metrics?: MetricsEndpoint | undefined;
  readonly isDraining: () => boolean;
  /** False while requests would fail for want of something critical. */
  readonly isReady: () => boolean;
  readonly clock: Clock;
}

const NO_STORE = ["cache-control", "no-store"] as const;
const HEADERS: HeaderList = [["content-type", "application/json"], NO_STORE];
const METHODS = ["GET"];

/**
 * `/health` says how everything is, `/livez` that the process answers, `/readyz` whether new
 * requests are welcome; figures are where the configuration puts them. A route of the user with the
 * same path takes the whole path.
 */
export function adminRoutes(
  options: AdminOptions,
  taken: ReadonlySet<string>,
): readonly HttpRoute[] {
  const { metrics } = options;
  const own: Readonly<Record<(typeof HOST_PATHS)[number], Handler>> = {
    "/health": createHealth(options),
    "/livez": () => json(200, { status: "alive" }),
    "/readyz": () => {
      if (!options.isReady()) {
        throw new BackworksError(
          "plugin_unavailable",
          "a plugin that requests need was refused at start, or does not run now",
        );
      }
      if (!options.isDraining()) return json(200, { status: "ready" });
      throw new BackworksError("server_draining", "the server is shutting down");
    },
  };
  const handlers = Object.entries<Handler>(own);
  if (metrics !== undefined) handlers.push([metrics.path, createMetrics(metrics)]);
  return handlers
    .filter(([path]) => !taken.has(path))
    .map(([path, handler]) => ({
      id: `backworks:${path.slice(1)}`,
      path,
      methods: METHODS,
      handler,
    }));
}

function createHealth(options: AdminOptions): Handler {
  const startedMs = options.clock.monotonicMs();
  return async () => {
    const report = await options.health();
    const uptimeMs = options.clock.monotonicMs() - startedMs;
    return json(report.status === "unhealthy" ? 503 : 200, {
      status: report.status,
      version: options.version,
      uptimeS: Math.floor(uptimeMs / 1000),
      plugins: report.plugins,
    });
  };
}

function createMetrics({ contentType, print }: MetricsEndpoint): Handler {
  const headers: HeaderList = [["content-type", contentType], NO_STORE];
  return async () => ({ status: 200, headers, body: Buffer.from(await print()) });
}

function json(status: number, value: Json): ResponseMessage {
  return { status, headers: HEADERS, body: Buffer.from(JSON.stringify(value)) };
}

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

export interface AdminOptions {
  readonly version: string;
  readonly health: () => HealthReport | Promise<HealthReport>;
  readonly isDraining: () => boolean;
  readonly clock: Clock;
}

const HEADERS: HeaderList = [
  ["content-type", "application/json"],
  ["cache-control", "no-store"],
];
const METHODS = ["GET"];

/**
 * `/health` says how everything is, `/livez` that the process answers, `/readyz` whether new
 * requests are welcome. A route of the user with the same path takes the whole path.
 */
export function adminRoutes(
  options: AdminOptions,
  taken: ReadonlySet<string>,
): readonly HttpRoute[] {
  const handlers: Readonly<Record<string, Handler>> = {
    "/health": createHealth(options),
    "/livez": () => json(200, { status: "alive" }),
    "/readyz": () => {
      if (!options.isDraining()) return json(200, { status: "ready" });
      throw new BackworksError("server_draining", "the server is shutting down");
    },
  };
  return Object.entries(handlers)
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

function json(status: number, value: Json): ResponseMessage {
  return { status, headers: HEADERS, body: Buffer.from(JSON.stringify(value)) };
}

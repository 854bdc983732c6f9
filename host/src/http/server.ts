import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { ServerConfig } from "../contracts/config.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import { adminRoutes } from "./admin.ts";
import type { HealthReport, MetricsEndpoint } from "./admin.ts";
import { Dispatcher } from "./dispatch.ts";
import type { HttpRoute, ObserveAnswer } from "./dispatch.ts";
import type { HttpLimits } from "./limits.ts";
import { listen } from "./listen.ts";
import type { ServerAddress } from "./listen.ts";
import { compileRouter } from "./router.ts";
import { createShell } from "./shell.ts";

export interface HttpServerOptions {
  readonly config: Pick<ServerConfig, "host" | "port" | "bodyBytesMax">;
  readonly limits: HttpLimits;
  readonly routes: readonly HttpRoute[];
  readonly version: string;
  readonly isReady: () => boolean;
  readonly health: () => HealthReport | Promise<HealthReport>;
  readonly metrics?: MetricsEndpoint | undefined;
  /** Told of every answer; it must not throw. */
  readonly observe?: ObserveAnswer | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The HTTP side of one application. Routes that contradict each other are refused on creation. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  #draining = false;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    const { limits } = options;
    const isDraining = (): boolean => this.#draining;
    const taken = new Set(options.routes.map((route) => route.path));
    const dispatcher = new Dispatcher({
      ...options,
      router: compileRouter([...options.routes, ...adminRoutes({ ...options, isDraining }, taken)]),
      bodyBytesMax: options.config.bodyBytesMax,
      headersMax: limits.headersMax,
      isDraining,
    });

    this.#server = createShell((req, res) => dispatcher.handle(req, res), {
      maxHeaderSize: limits.headBytesMax,
      headersTimeout: limits.headTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.checkIntervalMs,
      // The dispatcher refuses a request without one, with a problem like any other.
      requireHostHeader: false,
    });
    // Node would drop the headers beyond the limit in silence; the dispatcher counts and refuses.
    this.#server.maxHeadersCount = 0;
    this.#server.maxConnections = limits.connectionsMax;
    this.#server.setTimeout(limits.stallTimeoutMs);
    this.#server.on("clientError", (error: Error, socket: Socket) => {
      dispatcher.refuse(error, socket);
    });
  }

  /** Throws `server_port_in_use`, `server_port_forbidden` or `server_address_invalid`. */
  async listen(): Promise<ServerAddress> {
    const { host, port } = this.#options.config;
    const address = await listen(this.#server, host, port);
    // An error event nobody listens to ends the process; the connections there are can go on.
    this.#server.on("error", (error) => {
      this.#options.logger.error({ stack: error.stack }, "a connection could not be accepted");
    });
    return address;
  }

  /** `/readyz` says 503 from now on and connections end with their next answer; all is answered. */
  drain(): void {
    this.#draining = true;
  }

  /** Accepts nothing more, waits at most `drainMs` for the answers under way, then cuts off. */
  async close(drainMs: number): Promise<void> {
    this.drain();
    if (!this.#server.listening) return;
    const closed = new AbortController();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#server.close(() => {
      closed.abort();
      resolve(undefined);
    });
    await this.#options.clock.sleep(drainMs, closed.signal).catch(() => undefined);
    this.#server.closeAllConnections();
    await promise;
  }
}

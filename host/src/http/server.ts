import type { ServerConfig } from "../contracts/config.ts";
import { assert } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import { adminRoutes } from "./admin.ts";
import type { HealthReport, MetricsEndpoint } from "./admin.ts";
import { Dispatcher } from "./dispatch.ts";
import type { HttpRoute, ObserveAnswer } from "./dispatch.ts";
import { Door, type Tenant } from "./door.ts";
import type { HttpLimits } from "./limits.ts";
import type { ServerAddress } from "./listen.ts";
import { compileRouter } from "./router.ts";

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
  readonly #tenant: Tenant;
  #door: Door | undefined;
  /** Who has taken its place, and maybe its door. */
  #heir: HttpServer | undefined;
  #draining = false;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    const isDraining = (): boolean => this.#draining || this.#door?.isClosing === true;
    const taken = new Set(options.routes.map((route) => route.path));
    const dispatcher = new Dispatcher({
      ...options,
      router: compileRouter([...options.routes, ...adminRoutes({ ...options, isDraining }, taken)]),
      bodyBytesMax: options.config.bodyBytesMax,
      headersMax: options.limits.headersMax,
      isDraining,
    });
    this.#tenant = { dispatcher, logger: options.logger };
  }

  /** Throws `server_port_in_use`, `server_port_forbidden` or `server_address_invalid`. */
  async listen(): Promise<ServerAddress> {
    const { config, limits } = this.#options;
    const door = new Door(this.#tenant, limits);
    const address = await door.open(config.host, config.port);
    this.#door = door;
    return address;
  }

  /**
   * Listens in the place of `before`, which answers what it has begun, and nothing more once it is
   * closed. At the same address no connection is refused between the two, or ended. Throws like
   * `listen`, and `before` goes on.
   */
  async replace(before: HttpServer): Promise<ServerAddress> {
    const door = before.#door;
    const address = door?.address;
    assert(door !== undefined && address !== undefined, "who is replaced listens");
    const [mine, theirs] = [this.#options.config, before.#options.config];
    const isSamePort = mine.port === theirs.port || mine.port === address.port;
    const isSameAddress = isSamePort && mine.host === theirs.host;
    if (isSameAddress) {
      this.#door = door;
      door.change(this.#tenant);
    } else if (isSamePort) {
      await this.#listenAfter(door, theirs.host, address.port);
    } else {
      await this.listen();
    }
    before.#heir = this;
    return this.#door?.address ?? address;
  }

  /** Of one port the system gives no address while another one may be a part of it. */
  async #listenAfter(door: Door, host: string, port: number): Promise<void> {
    door.release();
    try {
      await this.listen();
    } catch (error) {
      await door.open(host, port);
      throw error;
    }
  }

  /** Whether another one has taken its place. */
  get isReplaced(): boolean {
    return this.#heir !== undefined;
  }

  /** `/readyz` says 503 from now on and connections end with their next answer; all is answered. */
  drain(): void {
    this.#draining = true;
  }

  /** Accepts nothing more, waits at most `drainMs` for the answers under way, then cuts off. */
  async close(drainMs: number): Promise<void> {
    const { clock } = this.#options;
    const door = this.#door;
    const heir = this.#heir;
    if (door !== undefined && heir !== undefined && heir.#door === door) {
      await door.leave(this.#tenant, drainMs, clock);
      return;
    }
    this.drain();
    await door?.close(drainMs, clock);
  }
}

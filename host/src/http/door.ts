import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../lib/clock.ts";
import { withinTime } from "../lib/deadline.ts";
import type { Logger } from "../lib/logger.ts";
import type { Dispatcher } from "./dispatch.ts";
import type { HttpLimits } from "./limits.ts";
import { listen } from "./listen.ts";
import type { ServerAddress } from "./listen.ts";
import { createShell } from "./shell.ts";

/** Who answers what comes in at a door. */
export interface Tenant {
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
}

/**
 * A listening socket and its connections. They may outlive who answers them: the next tenant gets all
 * requests from the moment it moves in, on connections that are there already, too.
 */
export class Door {
  readonly #server: Server;
  #tenant: Tenant;
  /** Those before it, while they have answers under way. */
  readonly #former = new Set<Tenant>();
  #address: ServerAddress | undefined;
  /** Resolves when it accepts nothing more and its last connection has ended. */
  #ended: Promise<undefined> | undefined;
  #closing = false;

  constructor(tenant: Tenant, limits: HttpLimits) {
    this.#tenant = tenant;
    this.#server = createShell((req, res) => this.#tenant.dispatcher.handle(req, res), {
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
      this.#answering(socket).dispatcher.refuse(error, socket);
    });
  }

  /** Where it listens, or has listened. */
  get address(): ServerAddress | undefined {
    return this.#address;
  }

  get isClosing(): boolean {
    return this.#closing;
  }

  /** Throws `server_port_in_use`, `server_port_forbidden` or `server_address_invalid`. */
  async open(host: string, port: number): Promise<ServerAddress> {
    const address = await listen(this.#server, host, port);
    this.#address = address;
    this.#ended = undefined;
    // An error event nobody listens to ends the process; the connections there can go on.
    this.#server.removeAllListeners("error").on("error", (error) => {
      this.#tenant.logger.error({ stack: error.stack }, "a connection could not be accepted");
    });
    return address;
  }

  /** Lets another one in; what the one before has begun stays its own. */
  change(tenant: Tenant): void {
    this.#former.add(this.#tenant);
    this.#tenant = tenant;
  }

  /** Waits at most `drainMs` for what a former tenant has begun, then cuts it off. */
  async leave(tenant: Tenant, drainMs: number, clock: Clock): Promise<void> {
    const { pending } = tenant.dispatcher;
    await withinTime(pending.untilNone(), drainMs, clock);
    pending.cutOff();
    this.#former.delete(tenant);
  }

  /** Accepts nothing more, unless it is opened again; connections with an answer under way go on. */
  release(): void {
    if (!this.#server.listening) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#server.close(() => resolve(undefined));
    this.#ended = promise;
  }

  /** Accepts nothing more, waits at most `drainMs` for the answers under way, then cuts off. */
  async close(drainMs: number, clock: Clock): Promise<void> {
    this.#closing = true;
    this.release();
    if (this.#ended === undefined) return;
    await withinTime(this.#ended, drainMs, clock);
    this.#server.closeAllConnections();
    await this.#ended;
  }

  /** Whose answer broken bytes on a connection are in the way of. */
  #answering(socket: Socket): Tenant {
    for (const tenant of this.#former) {
      if (tenant.dispatcher.pending.countOf(socket) > 0) return tenant;
    }
    return this.#tenant;
  }
}

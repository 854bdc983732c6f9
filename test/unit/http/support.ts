import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { HttpServer } from "../../../host/src/http/server.ts";
import type { HttpServerOptions } from "../../../host/src/http/server.ts";
import { DEFAULT_HTTP_LIMITS } from "../../../host/src/http/limits.ts";
import type { HttpRoute } from "../../../host/src/http/dispatch.ts";
import type { ResponseMessage } from "../../../host/src/contracts/exchange.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { createRandomIds } from "../../../host/src/lib/ids.ts";
import { createLogger } from "../../../host/src/lib/logger.ts";

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface TestServer extends AsyncDisposable {
  readonly server: HttpServer;
  readonly port: number;
  readonly url: string;
  readonly lines: readonly LogLine[];
}

interface ServeOptions extends Partial<HttpServerOptions> {
  readonly level?: "debug" | "info" | "silent";
}

/** A server that does not listen yet; what it logs goes to `lines`. */
export function createServer(
  routes: readonly HttpRoute[],
  { level = "debug", ...options }: ServeOptions = {},
  lines: LogLine[] = [],
): HttpServer {
  const logger = createLogger({
    level,
    destination: { write: (line) => lines.push(JSON.parse(line)) },
  });
  return new HttpServer({
    config: { host: "127.0.0.1", port: 0, bodyBytesMax: 1000 },
    limits: DEFAULT_HTTP_LIMITS,
    routes,
    version: "1.2.3",
    health: () => ({ status: "healthy", plugins: {} }),
    isReady: () => true,
    logger,
    clock: systemClock,
    ids: createRandomIds(),
    ...options,
  });
}

/** A server on a free port, closed at the end of the test. */
export async function serve(
  routes: readonly HttpRoute[],
  options: ServeOptions = {},
): Promise<TestServer> {
  const lines: LogLine[] = [];
  const server = createServer(routes, options, lines);
  const { port } = await server.listen();
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    lines,
    [Symbol.asyncDispose]: async () => await server.close(0),
  };
}

export function text(body: string, status = 200): ResponseMessage {
  return { status, headers: [["content-type", "text/plain"]], body: Buffer.from(body) };
}

/** A route that answers with its own id. */
export function route(id: string, path: string, methods: readonly string[] = ["GET"]): HttpRoute {
  return { id, path, methods, handler: () => text(id) };
}

export const ECHO: HttpRoute = {
  id: "echo",
  path: "/echo",
  methods: ["POST"],
  handler: (exchange) => text(`${exchange.request.body.length}`),
};

/** A bare connection: what HTTP clients refuse to send can be sent here. */
export class RawClient implements AsyncDisposable {
  readonly socket: Socket;
  #received = "";

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.setEncoding("latin1");
    this.socket.on("data", (chunk: string) => (this.#received += chunk));
    // A reset is one of the ways in which a refused connection ends.
    this.socket.on("error", () => undefined);
  }

  get received(): string {
    return this.#received;
  }

  send(bytes: string): void {
    this.socket.write(bytes, "latin1");
  }

  /** Waits until `wanted` has come. */
  async until(wanted: string): Promise<string> {
    while (!this.#received.includes(wanted)) await once(this.socket, "data");
    return this.#received;
  }

  /** Everything up to the end of the connection. */
  async toEnd(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, "close");
    return this.#received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    if (!this.socket.closed) await once(this.socket, "close");
  }
}

/** Sends `bytes` and gives back all the server answered until it closed the connection. */
export async function exchangeBytes(port: number, bytes: string): Promise<string> {
  await using client = new RawClient(port);
  client.send(bytes);
  return await client.toEnd();
}

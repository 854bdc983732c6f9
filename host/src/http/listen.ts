import type { Server } from "node:net";
import { assert } from "../lib/assert.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";

/** Where the server really listens: port 0 of the configuration has become a number. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Opens the port. Throws what `explainListen` makes of the system's refusal. */
export async function listen(server: Server, host: string, port: number): Promise<ServerAddress> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once("error", reject);
  server.listen({ host, port }, () => resolve(undefined));
  try {
    await promise;
  } catch (error) {
    throw explainListen(error, host, port);
  } finally {
    server.off("error", reject);
  }
  const address = server.address();
  assert(typeof address === "object" && address !== null, "a TCP server has a TCP address");
  return { host: address.address, port: address.port };
}

/** Says what to do about a port that the system refuses; other errors stay as they are. */
export function explainListen(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const options = { cause: error, details: { host, port } };
  switch (code) {
    case "EADDRINUSE":
      return new BackworksError(
        "server_port_in_use",
        `port ${port} on ${host} is already in use: stop the other process, or choose another port with --port or server.port`,
        options,
      );
    case "EACCES":
      return new BackworksError(
        "server_port_forbidden",
        `port ${port} on ${host} may not be opened by this user: choose a port above 1023 with --port or server.port`,
        options,
      );
    case "EADDRNOTAVAIL":
    case "EAI_AGAIN":
    case "EINVAL":
    case "ENOTFOUND":
      return new BackworksError(
        "server_address_invalid",
        `server.host "${host}" is not an address of this machine (${messageOf(error)}): expected one such as 127.0.0.1, 0.0.0.0 or ::`,
        options,
      );
    default:
      return error;
  }
}

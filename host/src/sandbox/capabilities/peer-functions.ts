import type { UserName } from "../../abi/user.ts";
import type { Json } from "../../contracts/json.ts";
import type { GuestFunction } from "../extism-functions.ts";
import type { CallContext } from "./call-context.ts";
import { CapabilityError } from "./capability-error.ts";
import { Connections, type TcpConnection } from "./peers.ts";
import type { PluginServices } from "./services.ts";

/** Connections of one call at once. */
const CONNECTIONS_MAX = 8;
/** More at a time would not fit beside everything else in kernel memory. */
const BYTES_MAX = 1024 * 1024;

export type PeerName = Extract<UserName, `bw_${"sql" | "tcp"}_${string}`>;

export interface PeerFunctions {
  readonly functions: Readonly<Record<PeerName, GuestFunction>>;
  /** A call is over: so are its connections. */
  readonly end: () => void;
}

/** Databases and TCP peers for one instance: what is granted, by name, if the host has it at all. */
export function createPeerFunctions(context: CallContext, services: PluginServices): PeerFunctions {
  const connections = new Connections();
  return {
    functions: {
      bw_sql_query: createQuery(context, services),
      ...createTcpFunctions(context, services, connections),
    },
    end: () => connections.closeAll(),
  };
}

function createQuery(context: CallContext, { sql, rights }: PluginServices): GuestFunction {
  return async (database: bigint, statement: bigint, parameters: bigint) =>
    context.answerLater(async () => {
      const [name, text] = [context.takeText(database), context.takeText(statement, BYTES_MAX)];
      const json = parameters === 0n ? "[]" : context.takeText(parameters, BYTES_MAX);
      const service = requirePeer(sql, "sql", rights.sql, name);
      const bound = readParameters(json);
      return JSON.stringify(await service.query(name, text, bound, context.signal));
    });
}

function createTcpFunctions(
  context: CallContext,
  { tcp, rights }: PluginServices,
  connections: Connections,
): Readonly<Record<Exclude<PeerName, "bw_sql_query">, GuestFunction>> {
  const find = (number: bigint): TcpConnection => {
    requireAny(rights.tcp, "tcp");
    const connection = connections.get(number);
    if (connection !== undefined) return connection;
    throw new CapabilityError("invalid", `${number} is no open connection of this call`);
  };
  return {
    bw_tcp_open: async (peer: bigint) =>
      context.answerLater(async () => {
        const name = context.takeText(peer);
        const service = requirePeer(tcp, "tcp", rights.tcp, name);
        if (connections.size >= CONNECTIONS_MAX) {
          throw new CapabilityError("quota", `more than ${CONNECTIONS_MAX} connections at once`);
        }
        return connections.add(await service.open(name, context.signal));
      }),
    bw_tcp_send: async (number: bigint, block: bigint) =>
      context.answerLater(async () => {
        const bytes = context.take(block);
        await find(number).send(bytes, context.signal);
        return undefined;
      }),
    bw_tcp_receive: async (number: bigint, bytesMax: bigint, timeoutMs: bigint) =>
      context.answerLater(async () => {
        const connection = find(number);
        const most = Number(bytesMax);
        if (most < 1 || most > BYTES_MAX || timeoutMs < 0n) {
          const message = `expected 1 to ${BYTES_MAX} bytes and a time in milliseconds`;
          throw new CapabilityError("invalid", message);
        }
        return connection.receive(most, Number(timeoutMs), context.signal);
      }),
    bw_tcp_close: (number: bigint) =>
      context.answer(() => {
        requireAny(rights.tcp, "tcp");
        connections.close(number);
        return undefined;
      }),
  };
}

function requirePeer<Service>(
  service: Service | undefined,
  capability: "sql" | "tcp",
  granted: readonly string[],
  name: string,
): Service {
  requireAny(granted, capability);
  if (!granted.includes(name)) {
    const message = `${JSON.stringify(name)} is not granted (capabilities.${capability}, grants.${capability})`;
    throw new CapabilityError("not_granted", message);
  }
  if (service !== undefined) return service;
  const message = `this host has nothing configured behind the capability ${capability}`;
  throw new CapabilityError("not_configured", message);
}

function requireAny(granted: readonly string[], capability: "sql" | "tcp"): void {
  if (granted.length > 0) return;
  throw new CapabilityError("not_granted", `the capability ${capability} is not granted`);
}

function readParameters(text: string): readonly Json[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch (cause) {
    throw new CapabilityError("invalid", "the parameters of a statement are not JSON", { cause });
  }
  throw new CapabilityError("invalid", "the parameters of a statement are no JSON array");
}

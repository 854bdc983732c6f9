import type { Capability, CapabilityFault } from "../contracts/capabilities.ts";
import { assert } from "../lib/assert.ts";
import { CapabilityError } from "../sandbox/capabilities/capability-error.ts";
import type { TcpConnection } from "../sandbox/capabilities/peers.ts";
import type { PluginServices } from "../sandbox/capabilities/services.ts";

/** What a plugin asked of the host behind one of its rights, and what came of it. */
export interface HostCall {
  readonly capability: Capability;
  /** `get`, `send`, `call`, … */
  readonly operation: string;
  /** What the plugin gave: texts, numbers and bytes. */
  readonly parameters: readonly unknown[];
  /** Undefined when it failed, when there is nothing to answer, and for secrets. */
  readonly answer: unknown;
  readonly fault: HostCallFault | undefined;
}

export interface HostCallFault {
  readonly code: CapabilityFault;
  readonly message: string;
}

/** Told of each call when it is over. */
export type NoteCall = (call: HostCall) => void;

/** The same services, which tell of what is asked of them. */
export function noteCalls(services: PluginServices, note: NoteCall): PluginServices {
  const { metrics, clock, fillRandom, readSecret } = services;
  return {
    ...services,
    ...noteData(services, note),
    ...notePeers(services, note),
    metrics: metrics && {
      get overflowed() {
        return metrics.overflowed;
      },
      snapshot: () => metrics.snapshot(),
      record: (sample) =>
        noted(note, ["metrics", "record", [sample]], () => metrics.record(sample)),
    },
    readSecret: (name) => {
      let value = "";
      // What it is stays out of every list.
      noted(note, ["secrets", "get", [name]], () => void (value = readSecret(name)));
      return value;
    },
    clock: {
      now: () => noted(note, ["clock", "now", []], () => clock.now()),
      monotonicMs: () => noted(note, ["clock", "monotonic", []], () => clock.monotonicMs()),
      sleep: clock.sleep,
    },
    fillRandom: (bytes) => {
      noted(note, ["random", "bytes", [bytes.length]], () => {
        fillRandom(bytes);
        return Uint8Array.from(bytes);
      });
    },
  };
}

function noteData(
  { kv, http, calls, events }: PluginServices,
  note: NoteCall,
): Pick<PluginServices, "kv" | "http" | "calls" | "events"> {
  return {
    kv: kv && {
      get: (key) => noted(note, ["kv", "get", [key]], () => kv.get(key)),
      set: (key, value, ttl) =>
        noted(note, ["kv", "set", [key, value, ttl]], () => kv.set(key, value, ttl)),
      delete: (key) => noted(note, ["kv", "delete", [key]], () => kv.delete(key)),
      increment: (key, by, ttl) =>
        noted(note, ["kv", "increment", [key, by, ttl]], () => kv.increment(key, by, ttl)),
      compareAndSet: (key, expected, value, ttl) =>
        noted(note, ["kv", "compareAndSet", [key, expected, value, ttl]], () =>
          kv.compareAndSet(key, expected, value, ttl),
        ),
    },
    http: http && {
      send: async (request, budget, options) =>
        notedLater(note, ["http", "send", [request]], async () =>
          http.send(request, budget, options),
        ),
      [Symbol.dispose]: () => http[Symbol.dispose](),
    },
    events: events && {
      publish: (event) => {
        const { topic, payload } = event;
        noted(note, ["events", "publish", [topic, payload]], () => events.publish(event));
      },
    },
    calls: {
      call: async (name, input, origin) =>
        notedLater(note, ["plugins", "call", [name, input]], async () =>
          calls.call(name, input, origin),
        ),
    },
  };
}

function notePeers(
  { sql, tcp }: PluginServices,
  note: NoteCall,
): Pick<PluginServices, "sql" | "tcp"> {
  return {
    sql: sql && {
      query: async (database, statement, parameters, signal) =>
        notedLater(note, ["sql", "query", [database, statement, parameters]], async () =>
          sql.query(database, statement, parameters, signal),
        ),
    },
    tcp: tcp && {
      open: async (peer, signal) => {
        let connection: TcpConnection | undefined;
        await notedLater(note, ["tcp", "open", [peer]], async () => {
          connection = await tcp.open(peer, signal);
        });
        assert(connection !== undefined, "what does not throw has opened a connection");
        return noteConnection(peer, connection, note);
      },
    },
  };
}

function noteConnection(peer: string, connection: TcpConnection, note: NoteCall): TcpConnection {
  return {
    send: async (bytes, signal) =>
      notedLater(note, ["tcp", "send", [peer, bytes]], async () => connection.send(bytes, signal)),
    receive: async (bytesMax, timeoutMs, signal) =>
      notedLater(note, ["tcp", "receive", [peer, bytesMax, timeoutMs]], async () =>
        connection.receive(bytesMax, timeoutMs, signal),
      ),
    close: () => noted(note, ["tcp", "close", [peer]], () => connection.close()),
  };
}

type Asked = readonly [
  capability: Capability,
  operation: string,
  parameters: HostCall["parameters"],
];

function noted<T>(note: NoteCall, asked: Asked, work: () => T): T {
  try {
    const answer = work();
    note(describe(asked, answer));
    return answer;
  } catch (thrown) {
    note(describe(asked, undefined, thrown));
    throw thrown;
  }
}

async function notedLater<T>(note: NoteCall, asked: Asked, work: () => Promise<T>): Promise<T> {
  try {
    const answer = await work();
    note(describe(asked, answer));
    return answer;
  } catch (thrown) {
    note(describe(asked, undefined, thrown));
    throw thrown;
  }
}

function describe(asked: Asked, answer: unknown, thrown?: unknown): HostCall {
  const [capability, operation, parameters] = asked;
  const fault =
    thrown instanceof CapabilityError ? { code: thrown.fault, message: thrown.message } : undefined;
  return { capability, operation, parameters, answer, fault };
}

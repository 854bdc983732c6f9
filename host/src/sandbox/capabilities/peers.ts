import type { Json, JsonObject } from "../../contracts/json.ts";

/** Databases by their names, behind the capability `sql`. This host brings none of its own. */
export interface SqlService {
  /** Runs one statement with bound parameters. Throws a `CapabilityError`. */
  readonly query: (
    database: string,
    statement: string,
    parameters: readonly Json[],
    signal?: AbortSignal,
  ) => Promise<readonly JsonObject[]>;
}

/** Peers by `host:port`, behind the capability `tcp`. This host brings none of its own. */
export interface TcpService {
  /** Throws a `CapabilityError`. */
  readonly open: (peer: string, signal?: AbortSignal) => Promise<TcpConnection>;
}

export interface TcpConnection {
  readonly send: (bytes: Uint8Array, signal?: AbortSignal) => Promise<void>;
  /** At most so many bytes, at least one; undefined when the peer has closed. */
  readonly receive: (
    bytesMax: number,
    timeoutMs: number,
    signal?: AbortSignal,
  ) => Promise<Uint8Array | undefined>;
  readonly close: () => void;
}

/** Connections of one instance. They end with the call that opened them. */
export class Connections {
  readonly #open = new Map<bigint, TcpConnection>();
  #last = 0n;

  get size(): number {
    return this.#open.size;
  }

  /** Its number, above 0. */
  add(connection: TcpConnection): bigint {
    this.#open.set(++this.#last, connection);
    return this.#last;
  }

  get(number: bigint): TcpConnection | undefined {
    return this.#open.get(number);
  }

  close(number: bigint): void {
    this.#open.get(number)?.close();
    this.#open.delete(number);
  }

  closeAll(): void {
    for (const number of this.#open.keys()) this.close(number);
    this.#last = 0n;
  }
}

import { checkBytes, checkText, checkWhole } from "./runtime/arguments.ts";
import { callForBytes, callForNumber, findService } from "./runtime/service.ts";

/** Connections to peers. Needs `capabilities: { tcp: ["host:port"] }`. */
export interface Tcp {
  /** Connects to a peer, written as in plugin.yaml: `plc.example.com:502`. */
  open(peer: string): TcpConnection;
}

const OPEN = findService("bw_tcp_open");
const SEND = findService("bw_tcp_send");
const RECEIVE = findService("bw_tcp_receive");
const CLOSE = findService("bw_tcp_close");

/** A connection that `tcp.open` has made. All of it throws a `HostError` when the network fails. */
export class TcpConnection {
  readonly #id: number;

  /** @internal */
  constructor(id: number) {
    this.#id = id;
  }

  send(bytes: Uint8Array): void {
    callForNumber(SEND, this.#id, checkBytes("what is sent", bytes));
  }

  /** The next bytes, at most `bytesMax`; null when the peer has closed its side. */
  receive(bytesMax: number, timeoutMs: number): Uint8Array | null {
    const length = checkWhole("bytesMax", bytesMax);
    return callForBytes(RECEIVE, this.#id, length, checkWhole("timeoutMs", timeoutMs));
  }

  close(): void {
    callForNumber(CLOSE, this.#id);
  }
}

export const tcp: Tcp = {
  open: (peer) => new TcpConnection(callForNumber(OPEN, checkText("a peer", peer))),
};

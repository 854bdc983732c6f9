import { giveBytes, giveText, giveWhole, takeBytes } from "./blocks";
import { resultOf } from "./fault";
import * as host from "./host";

/** A connection; it ends with the call at the latest. */
export class TcpConnection {
  /** @internal Use `tcp.open`. */
  constructor(private readonly id: i64) {}

  send(bytes: Uint8Array): void {
    resultOf(host.tcpSend(this.id, giveBytes(bytes)));
  }

  /** What has come, at most so many bytes; null at the end of what the peer sends. */
  receive(bytesMax: f64, timeoutMs: f64): Uint8Array | null {
    const most = giveWhole("bytesMax", bytesMax);
    const answer = resultOf(host.tcpReceive(this.id, most, giveWhole("timeoutMs", timeoutMs)));
    return answer == 0 ? null : takeBytes(answer);
  }

  close(): void {
    resultOf(host.tcpClose(this.id));
  }
}

/** Connections to peers. Needs `capabilities: { tcp: ["host:port"] }`. */
export namespace tcp {
  export function open(peer: string): TcpConnection {
    return new TcpConnection(<i64>resultOf(host.tcpOpen(giveText(peer))));
  }
}

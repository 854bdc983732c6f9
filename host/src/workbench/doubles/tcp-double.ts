import { Buffer } from "node:buffer";
import { CapabilityError } from "../../sandbox/capabilities/capability-error.ts";
import type { TcpConnection, TcpService } from "../../sandbox/capabilities/peers.ts";
import type { Misses } from "./misses.ts";

/** Bytes of a protocol: as text, or as hex digits where text will not do. */
export type WireBytes = string | Uint8Array | { readonly hex: string };

/** One step of a peer: waits for what it expects, then sends, then closes. */
export interface TcpStep {
  readonly expects?: WireBytes;
  readonly sends?: WireBytes;
  readonly closes?: boolean;
}

/** What went over a connection, as the plugin saw it. */
export interface TcpTraffic {
  readonly peer: string;
  readonly kind: "opened" | "sent" | "received" | "closed";
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Peers that follow a script, from its beginning for each connection. */
export class TcpDouble implements TcpService {
  readonly traffic: TcpTraffic[] = [];
  readonly #scripts: Readonly<Record<string, readonly TcpStep[]>>;
  readonly #misses: Misses;

  constructor(scripts: Readonly<Record<string, readonly TcpStep[]>>, misses: Misses) {
    this.#scripts = scripts;
    this.#misses = misses;
  }

  readonly open: TcpService["open"] = async (peer) => {
    const steps = this.#scripts[peer];
    if (steps === undefined) {
      throw this.#misses.miss(`tcp: no script for ${peer}`, Object.keys(this.#scripts));
    }
    const note = (kind: TcpTraffic["kind"], bytes: Uint8Array = NOTHING): void => {
      this.traffic.push({ peer, kind, bytes });
    };
    note("opened");
    return new ScriptedPeer({ peer, steps, note, misses: this.#misses });
  };
}

interface Script {
  readonly peer: string;
  readonly steps: readonly TcpStep[];
  readonly note: (kind: TcpTraffic["kind"], bytes?: Uint8Array) => void;
  readonly misses: Misses;
}

class ScriptedPeer implements TcpConnection {
  readonly #script: Script;
  /** Sent by the plugin, and not yet what a step expects. */
  #waiting: Buffer = Buffer.alloc(0);
  /** For the plugin to receive. */
  #ready: Buffer = Buffer.alloc(0);
  #at = 0;
  #isClosed = false;

  constructor(script: Script) {
    this.#script = script;
    this.#proceed();
  }

  readonly send: TcpConnection["send"] = async (bytes) => {
    this.#script.note("sent", Uint8Array.from(bytes));
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
    this.#proceed();
    const step = this.#script.steps[this.#at];
    const expected = wireBytes(step?.expects ?? NOTHING);
    if (isPrefix(this.#waiting, expected)) return;
    const { peer, misses } = this.#script;
    throw misses.miss(`tcp: ${peer} does not expect ${print(this.#waiting)}`, [print(expected)]);
  };

  readonly receive: TcpConnection["receive"] = async (bytesMax, timeoutMs) => {
    if (this.#ready.length > 0) {
      const bytes = Uint8Array.from(this.#ready.subarray(0, bytesMax));
      this.#ready = this.#ready.subarray(bytes.length);
      this.#script.note("received", bytes);
      return bytes;
    }
    if (this.#isClosed) return undefined;
    const message = `${this.#script.peer} sent nothing for ${timeoutMs} ms`;
    throw new CapabilityError("timeout", message);
  };

  readonly close = (): void => this.#script.note("closed");

  /** Goes on as far as what the plugin has sent takes it. */
  #proceed(): void {
    for (;;) {
      const step = this.#script.steps[this.#at];
      if (step === undefined || this.#isClosed) return;
      const expected = wireBytes(step.expects ?? NOTHING);
      if (!isPrefix(expected, this.#waiting)) return;
      this.#waiting = this.#waiting.subarray(expected.length);
      this.#ready = Buffer.concat([this.#ready, wireBytes(step.sends ?? NOTHING)]);
      this.#isClosed = step.closes === true;
      this.#at++;
    }
  }
}

export function wireBytes(bytes: WireBytes): Uint8Array {
  if (typeof bytes === "string") return Buffer.from(bytes);
  return bytes instanceof Uint8Array ? bytes : Buffer.from(bytes.hex.replaceAll(/\s/g, ""), "hex");
}

function isPrefix(prefix: Uint8Array, bytes: Uint8Array): boolean {
  return Buffer.compare(prefix, bytes.subarray(0, prefix.length)) === 0;
}

function print(bytes: Uint8Array): string {
  return bytes.length === 0
    ? "nothing"
    : Buffer.from(bytes)
        .toString("hex")
        .replaceAll(/(..)(?=.)/g, "$1 ");
}

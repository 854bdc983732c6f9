import type { Buffer } from "node:buffer";
import type { FrameParts } from "../../abi/exchange-frame.ts";
import type { Clock } from "../../lib/clock.ts";
import type { MeasuredCall } from "../call-meter.ts";
import type { CallOptions } from "../guest.ts";
import type { CallLimits } from "../limits.ts";
import { goneError } from "../pool.ts";
import type { Work } from "./desk.ts";
import type { GuestProcess } from "./guest-process.ts";
import { NOTHING_USED, type Used } from "./replies.ts";
import { printCall } from "./requests.ts";

/** One call of a guest until it is answered. */
export interface NewCall extends MeasuredCall, Pick<CallOptions, "begun"> {
  readonly limits: CallLimits;
  readonly input: FrameParts;
  /** Size of the input. */
  readonly bytes: number;
  /** Is lent the output. */
  readonly finish: (output: Buffer, used: Used) => void;
  readonly fail: (thrown: unknown, used: Used) => void;
}

export interface Call extends NewCall, Work {
  readonly hook: NewCall["hook"];
  readonly id: number;
  readonly isOverdue: boolean;
}

export interface CallDeadline {
  /** Beyond what the call's own limits allow. */
  readonly graceMs: number;
  /** The call that the process works on took longer. */
  readonly overdue: () => void;
}

/** So many calls are written before the first is answered: the process never waits for the next one. */
const SENT_MAX = 32;
/** Of them, so much is copied at a time; the rest stays with the requests that it belongs to. */
const SENT_BYTES_MAX = 2 * 1024 * 1024;
const ID_MAX = 0xffff_ffff;

/** The calls of a guest in their order: first those that its process was sent, then those that wait. */
export class CallLine {
  readonly #clock: Clock;
  readonly #deadline: CallDeadline;
  readonly #closed = new AbortController();
  #sent: { -readonly [Key in keyof Call]: Call[Key] }[] = [];
  #sentBytes = 0;
  #waiting: NewCall[] = [];
  #lastId = 0;
  #isWatched = false;

  constructor(clock: Clock, deadline: CallDeadline) {
    this.#clock = clock;
    this.#deadline = deadline;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** The call that the process works on. */
  get current(): Call | undefined {
    return this.#sent[0];
  }

  add(call: NewCall): void {
    this.#waiting.push(call);
  }

  /** Sends as many of the waiting calls as there is room for; at least one when none is sent. */
  send(process: GuestProcess): void {
    while (this.#sent.length < SENT_MAX && this.#sentBytes < SENT_BYTES_MAX) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (next.signal?.aborted === true) {
        next.fail(goneError(next.chain.at(-1) ?? ""), NOTHING_USED);
        continue;
      }
      this.#lastId = this.#lastId === ID_MAX ? 1 : this.#lastId + 1;
      const call = { ...next, id: this.#lastId, isOverdue: false, begunMs: 0 };
      this.#sent.push(call);
      this.#sentBytes += call.bytes;
      if (this.#sent.length === 1) this.#begin();
      process.send(printCall(call, call.input, call.bytes));
    }
  }

  /** The call that an answer belongs to; undefined unless it is the first of those that were sent. */
  takeSent(id: number): Call | undefined {
    const [first] = this.#sent;
    if (first?.id !== id) return undefined;
    this.#sent.shift();
    this.#sentBytes -= first.bytes;
    this.#begin();
    return first;
  }

  /** The process is gone: answers the call that it was working on, the others wait again. */
  takeBack(): Call | undefined {
    const [first, ...others] = this.#sent;
    this.#sent = [];
    this.#sentBytes = 0;
    this.#waiting.unshift(...others);
    return first;
  }

  takeWaiting(): NewCall[] {
    return this.#waiting.splice(0);
  }

  /** Stops its timer. */
  close(): void {
    this.#closed.abort();
  }

  /** The process begins with the first of the calls that it was sent. */
  #begin(): void {
    const [first] = this.#sent;
    if (first === undefined) return;
    first.begunMs = this.#clock.monotonicMs();
    first.begun?.();
    if (this.#isWatched) return;
    this.#isWatched = true;
    // A closed line has nothing to watch.
    this.#watch().catch(() => undefined);
  }

  /**
   * One timer for all calls: it is set anew when it fires, not with each call. A call that allows itself
   * less time than the one before may be ended that much later.
   */
  async #watch(): Promise<void> {
    const { graceMs, overdue } = this.#deadline;
    for (;;) {
      const [first] = this.#sent;
      if (first === undefined) break;
      const overMs = first.begunMs + first.limits.timeMs + graceMs;
      const leftMs = overMs - this.#clock.monotonicMs();
      if (leftMs <= 0) {
        first.isOverdue = true;
        overdue();
        break;
      }
      await this.#clock.sleep(leftMs, this.#closed.signal);
    }
    this.#isWatched = false;
  }
}

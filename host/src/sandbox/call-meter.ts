import type { HookName } from "../contracts/hooks.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError, type ErrorCode } from "../lib/errors.ts";
import type { CallNames } from "./call-names.ts";

/** A call whose figures are taken. */
export interface MeasuredCall extends CallNames {
  readonly hook: HookName;
}

/** What one call took. */
export interface CallRecord {
  readonly hook: HookName;
  readonly call: CallNames;
  /** `internal`: a bug of the host's. */
  readonly outcome: "ok" | ErrorCode;
  /** What it threw. */
  readonly failure: unknown;
  /** After a trap the least that was used, except with exact accounting. */
  readonly fuel: number;
  /** Of the guest's memory, when the call was over; 0: the call had no guest. */
  readonly memoryBytes: number;
  readonly durationMs: number;
}

/** Is lent the record: the next call overwrites it. */
export type ObserveCall = (record: CallRecord) => void;

interface Measured {
  readonly lastFuel: number;
  readonly memoryBytes: number;
}

const NO_CALL: CallNames = { chain: [] };
const NOTHING: Measured = { lastFuel: 0, memoryBytes: 0 };

/** Tells an observer of the calls of one guest, in one record that is used again and again. */
export class CallMeter {
  readonly #observe: ObserveCall;
  readonly #clock: Clock;
  readonly #record: { -readonly [Key in keyof CallRecord]: CallRecord[Key] } = {
    hook: "initialize",
    call: NO_CALL,
    outcome: "ok",
    failure: undefined,
    fuel: 0,
    memoryBytes: 0,
    durationMs: 0,
  };

  constructor(observe: ObserveCall, clock: Clock) {
    this.#observe = observe;
    this.#clock = clock;
  }

  start(): number {
    return this.#clock.monotonicMs();
  }

  /** A call that ended before the guest was entered. */
  reportRefused(call: MeasuredCall, failure: unknown, startMs: number = this.start()): void {
    this.report(call, NOTHING, startMs, failure);
  }

  report(call: MeasuredCall, guest: Measured, startMs = 0, failure?: unknown): void {
    const record = this.#record;
    record.hook = call.hook;
    record.call = call;
    record.outcome = outcomeOf(failure);
    record.failure = failure;
    record.fuel = guest.lastFuel;
    record.memoryBytes = guest.memoryBytes;
    record.durationMs = this.#clock.monotonicMs() - startMs;
    this.#observe(record);
    record.call = NO_CALL;
    record.failure = undefined;
  }
}

function outcomeOf(failure: unknown): CallRecord["outcome"] {
  if (failure === undefined) return "ok";
  return failure instanceof BackworksError ? failure.code : "internal";
}

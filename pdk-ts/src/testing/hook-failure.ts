import type { HostCall, LogLine } from "@backworks/host/plugin";

/** What there is to know of a call that failed. */
export interface FailedCall {
  readonly code: string;
  readonly hook: string;
  readonly fuel: number;
  readonly logs: readonly LogLine[];
  readonly calls: readonly HostCall[];
}

/** A hook failed: it threw, ran out of fuel or memory, or answered what no hook may. */
export class HookFailure extends Error {
  override readonly name = "HookFailure";
  /** Of the host's table of errors: `guest_failed`, `guest_fuel_exhausted`, … */
  readonly code: string;
  readonly hook: string;
  readonly fuel: number;
  readonly logs: readonly LogLine[];
  readonly calls: readonly HostCall[];

  constructor(message: string, call: FailedCall, options?: ErrorOptions) {
    super(message, options);
    this.code = call.code;
    this.hook = call.hook;
    this.fuel = call.fuel;
    this.logs = call.logs;
    this.calls = call.calls;
  }
}

import type { HookName } from "../contracts/hooks.ts";
import { AROUND_BYTES } from "./memory-room.ts";

/** What one call may take. */
export interface CallLimits {
  /** Units; at most `SYNC_FUEL_MAX` runs without giving the event loop back. */
  readonly fuel: number;
  /** Wall time of a call that gives the event loop back, waits for the host included. */
  readonly timeMs: number;
  readonly said?: LimitsSaid | undefined;
}

/** Where the two limits of a call are written, for who has to raise one: `limits.fuel in plugin.yaml`. */
export interface LimitsSaid {
  readonly fuel: string;
  readonly time: string;
}

/** What one guest may take. */
export interface GuestLimits {
  /** Of every hook that `hooks` does not name. */
  readonly call: CallLimits;
  readonly hooks: Readonly<Partial<Record<HookName, CallLimits>>>;
  /**
   * Fuel on top of `call` for each byte of a body beyond `BODY_FREE_BYTES`: who reads more has more
   * to do. Such calls give the event loop back.
   */
  readonly fuelPerBodyByte: number;
  /** Of each function that starts a new instance: start, `_initialize`, `initialize`, … */
  readonly start: CallLimits;
  /** Of 64 KiB: the guest's memory never grows above. */
  readonly memoryPagesMax: number;
  /** Where that is written, as `LimitsSaid` tells it of a call's limits. */
  readonly memorySaid?: string;
  readonly accounting: "bounded" | "exact";
  /** Head and body of what a call is given. */
  readonly inputBytesMax: number;
  readonly outputBytesMax: number;
  /**
   * Kernel memory: input, output and all blocks of one call. Beyond `AROUND_BYTES` it is taken out of
   * the guest's (memory-room.ts).
   */
  readonly kernelBytesMax: number;
  /** What `var_set` may keep, keys and values. */
  readonly variableBytesMax: number;
  /** The rest of one call's records is counted, not logged. */
  readonly logRecordsMax: number;
  readonly logRecordLengthMax: number;
  /** Text of `error_set` that is kept. */
  readonly errorBytesMax: number;
  /** Instances of one plugin. One serves all calls that do not give the event loop back. */
  readonly instancesMax: number;
  /** Calls that may wait for an instance. */
  readonly waitersMax: number;
  /** After so many calls an instance is replaced by a new one. */
  readonly recycleCalls: number;
  /** So is one whose memory has grown above this. */
  readonly recycleBytes: number;
  /** And one whose kernel has: what it took of the guest's own memory, it never gives back. */
  readonly recycleKernelBytes: number;
}

const MIB = 1024 * 1024;

/**
 * A call with no more fuel than this is a plain call, and the event loop is the guest's until it
 * returns. That is 1 to 3 ms of code that V8 has optimized, 6 to 13 ms of code that it has not, and
 * 23 ms of the slowest there is (an empty loop, 2.1 ns a unit).
 */
export const SYNC_FUEL_MAX = 11_000_000;

/** What a call with more fuel runs before the event loop turns: a third of a millisecond, 4 at worst. */
export const SLICE_FUEL = 2_000_000;

/** What a plugin in TypeScript can look at byte by byte with `SYNC_FUEL_MAX`. */
export const BODY_FREE_BYTES: number = 16 * 1024;

export const DEFAULT_LIMITS: GuestLimits = {
  call: { fuel: SYNC_FUEL_MAX, timeMs: 5000 },
  hooks: {},
  fuelPerBodyByte: 1000,
  // Runtimes of other languages set themselves up here: so much once is cheap.
  start: { fuel: 10 * SYNC_FUEL_MAX, timeMs: 5000 },
  memoryPagesMax: 256,
  accounting: "bounded",
  // A body of 1 MiB, and room for the headers and parameters before it.
  inputBytesMax: MIB + 64 * 1024,
  outputBytesMax: MIB,
  kernelBytesMax: 16 * MIB,
  variableBytesMax: MIB,
  logRecordsMax: 64,
  logRecordLengthMax: 1024,
  errorBytesMax: 4096,
  instancesMax: 8,
  waitersMax: 1000,
  recycleCalls: 1_000_000,
  // Of the 16 MiB that a guest has unless the operator says otherwise.
  recycleBytes: 14 * MIB,
  recycleKernelBytes: AROUND_BYTES,
};

/** What one call may take, when nobody says anything special about it. */
export function limitsOfCall(
  { call, hooks, fuelPerBodyByte }: GuestLimits,
  hook: HookName,
  bodyBytes: number,
): CallLimits {
  const own = hooks[hook];
  const bytes = bodyBytes - BODY_FREE_BYTES;
  if (own !== undefined || bytes <= 0 || fuelPerBodyByte === 0) return own ?? call;
  return { ...call, fuel: call.fuel + bytes * fuelPerBodyByte };
}

import { ZEROED_FUEL_MAX, type Kernel } from "../abi/kernel.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import type { Redact } from "./capabilities/redactor.ts";
import type { CallLimits } from "./limits.ts";
import { printStop, type Stop } from "./stop.ts";

/** Thrown by a host function to end the guest's call; the message is the reason. */
export class GuestStop extends Error {
  override readonly name = "GuestStop";
  /** What the guest gave to proc_exit, if it stopped by that. */
  readonly exitCode: number | undefined;

  constructor(reason: string, exitCode?: number) {
    super(reason);
    this.exitCode = exitCode;
  }
}

/** Whose call failed, and where. */
interface FailedCall {
  readonly plugin: string;
  readonly hook: string;
  readonly stop?: Stop | undefined;
  readonly redact?: Redact | undefined;
  /** That its memory is full, if it is. */
  readonly full?: string | undefined;
  readonly memorySaid?: string | undefined;
}

/** V8 throws this one where a guest (or a host function that it called) runs out of stack. */
const STACK_EXHAUSTED = "Maximum call stack size exceeded";

/** Of what a guest gave to error_set before it trapped. */
const SAID_BYTES_MAX = 2048;

/**
 * The error of a call that did not return. Whatever is not the guest's doing is a bug of the host
 * and comes back unchanged: no plugin's policy may hide it.
 */
export function trapError(call: FailedCall, thrown: unknown, kernel: Kernel): unknown {
  const { plugin, hook, stop, redact, full } = call;
  const reason = kernel.fault() ?? reasonOf(thrown);
  if (reason === undefined) return thrown;
  // A language without exceptions says what is wrong first, and then traps.
  const said = kernel.error(SAID_BYTES_MAX);
  const last = said === undefined ? "" : `: ${escapeLines(redact?.(said) ?? said)}`;
  // A compiled language's allocator traps where there is no more.
  const memory = full === undefined ? "" : `; ${full}${printSaid(call.memorySaid)}`;
  return new BackworksError(
    "guest_trapped",
    `${plugin}: ${hook} trapped: ${reason}${printStop(stop)}${memory}${last}`,
    { details: { plugin, hook, reason, ...stop } },
  );
}

export function fuelError(
  { plugin, hook, stop }: FailedCall,
  { fuel: limit, said }: CallLimits,
  used: number,
): BackworksError {
  const most = `${limit} units of fuel${printSaid(said?.fuel)}`;
  return new BackworksError(
    "guest_fuel_exhausted",
    `${plugin}: ${hook} needs more than its ${most}: stopped${printStop(stop)}`,
    { details: { plugin, hook, limit, used, ...writtenIn(said?.fuel), ...stop } },
  );
}

/** The kernel's own bound, which a call with more fuel can reach first. */
export function zeroedError({ plugin, hook, stop }: FailedCall, used: number): BackworksError {
  const limit = ZEROED_FUEL_MAX;
  const where = stop === undefined ? "" : `: stopped${printStop(stop)}`;
  return new BackworksError(
    "guest_fuel_exhausted",
    `${plugin}: ${hook} allocates more than the 1 GiB of kernel blocks that one call may${where}`,
    { details: { plugin, hook, limit, used, ...stop } },
  );
}

export function timeError(
  { plugin, hook, stop }: FailedCall,
  { timeMs: limitMs, said }: CallLimits,
  usedFuel: number,
): BackworksError {
  const where = stop === undefined ? "" : `: stopped${printStop(stop)}`;
  return new BackworksError(
    "guest_timed_out",
    `${plugin}: ${hook} takes longer than ${limitMs} ms${printSaid(said?.time)}${where}`,
    { details: { plugin, hook, limitMs, usedFuel, ...writtenIn(said?.time), ...stop } },
  );
}

/** Where a limit is written, behind how much it is. */
export function printSaid(place: string | undefined): string {
  return place === undefined ? "" : ` (${place})`;
}

function writtenIn(place: string | undefined): { readonly written?: string } {
  return place === undefined ? {} : { written: place };
}

function reasonOf(thrown: unknown): string | undefined {
  if (thrown instanceof GuestStop) return thrown.message;
  if (thrown instanceof WebAssembly.RuntimeError) return thrown.message;
  if (thrown instanceof WebAssembly.Exception) return "an exception was not caught";
  if (thrown instanceof RangeError && thrown.message === STACK_EXHAUSTED) {
    return "call stack exhausted";
  }
  return undefined;
}

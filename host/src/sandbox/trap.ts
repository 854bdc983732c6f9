import { ZEROED_FUEL_MAX, type Kernel } from "../abi/kernel.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Redact } from "./capabilities/redactor.ts";

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

/** Whose call failed. */
export interface CallName {
  readonly plugin: string;
  readonly hook: string;
}

/** V8 throws this one where a guest (or a host function that it called) runs out of stack. */
const STACK_EXHAUSTED = "Maximum call stack size exceeded";

/** The rewriter's name for the function that metered code calls without fuel (wasm/assemble.ts). */
const EXHAUSTED_FRAME = "backworks.out_of_fuel";

/** Of what a guest gave to error_set before it trapped. */
const SAID_BYTES_MAX = 2048;

/** Frames that `placeOf` needs: the helper of slices.ts, the one above, and the guest's own. */
export const TRAP_FRAMES = 3;

/**
 * The error of a call that did not return. Whatever is not the guest's doing is a bug of the host
 * and comes back unchanged: no plugin's policy may hide it.
 */
export function trapError(
  { plugin, hook, redact }: CallName & { readonly redact?: Redact | undefined },
  thrown: unknown,
  kernel: Kernel,
): unknown {
  const fault = kernel.fault();
  const reason = fault ?? reasonOf(thrown);
  if (reason === undefined) return thrown;
  // A fault is raised in the kernel: its own function would only mislead.
  const place = fault === undefined ? placeOf(thrown) : undefined;
  const where = place === undefined ? "" : ` in ${place}`;
  // A language without exceptions says what is wrong first, and then traps.
  const said = kernel.error(SAID_BYTES_MAX);
  const last = said === undefined ? "" : `: ${escapeText(redact?.(said) ?? said)}`;
  return new BackworksError(
    "guest_trapped",
    `${plugin}: ${hook} trapped: ${reason}${where}${last}`,
    {
      details: { plugin, hook, reason, ...(place !== undefined && { function: place }) },
    },
  );
}

/** `thrown` is what ended the call, or undefined when it returned with less than nothing left. */
export function fuelError(
  { plugin, hook }: CallName,
  fuel: { readonly limit: number; readonly used: number },
  thrown: unknown,
): BackworksError {
  const place = placeOf(thrown);
  const where = place === undefined ? "" : ` in ${place}`;
  return new BackworksError(
    "guest_fuel_exhausted",
    `${plugin}: ${hook} needs more than its ${fuel.limit} units of fuel: stopped${where}`,
    { details: { plugin, hook, ...fuel, ...(place !== undefined && { function: place }) } },
  );
}

/** The kernel's own bound, which a call with more fuel can reach first. */
export function zeroedError({ plugin, hook }: CallName, used: number): BackworksError {
  const limit = ZEROED_FUEL_MAX;
  return new BackworksError(
    "guest_fuel_exhausted",
    `${plugin}: ${hook} allocates more than the 1 GiB of kernel blocks that one call may`,
    { details: { plugin, hook, limit, used } },
  );
}

export function timeError(
  { plugin, hook }: CallName,
  time: { readonly limitMs: number; readonly usedFuel: number },
  thrown?: unknown,
): BackworksError {
  const place = placeOf(thrown);
  const where = place === undefined ? "" : `: stopped in ${place}`;
  return new BackworksError(
    "guest_timed_out",
    `${plugin}: ${hook} takes longer than ${time.limitMs} ms${where}`,
    { details: { plugin, hook, ...time, ...(place !== undefined && { function: place }) } },
  );
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

/**
 * The function that trapped, from the stack: `at NAME (wasm://…:wasm-function[3]:0x1a)`. Its index is
 * the original's, the offset is not. The name comes from the module and may hold anything, line feeds
 * too: a line that is no frame belongs to the name before it.
 */
function placeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError))
    return undefined;
  const frames = (thrown.stack ?? "").split("\n    at ").slice(1);
  const exhausted = frames.findIndex((frame) => frame.startsWith(`${EXHAUSTED_FRAME} (`));
  const frame = frames[exhausted + 1] ?? "";
  const address = /(wasm-function\[\d+\]):0x[0-9a-f]+\)?$/.exec(frame);
  if (address === null) return undefined;
  const name = frame.slice(0, Math.max(0, frame.lastIndexOf(" (wasm://")));
  return name === "" ? address[1] : `${escapeText(name, 100)} (${address[1]})`;
}

import type { Kernel } from "../abi/kernel.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";

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

/** V8 throws this one where a guest (or a host function that it called) runs out of stack. */
const STACK_EXHAUSTED = "Maximum call stack size exceeded";

/**
 * The error of a call that did not return. Whatever is not the guest's doing is a bug of the host
 * and comes back unchanged: no plugin's policy may hide it.
 */
export function trapError(guest: string, hook: string, thrown: unknown, kernel: Kernel): unknown {
  const fault = kernel.fault();
  const reason = fault ?? reasonOf(thrown);
  if (reason === undefined) return thrown;
  // A fault is raised in the kernel: its own function would only mislead.
  const place = fault === undefined ? placeOf(thrown) : "";
  return new BackworksError("guest_trapped", `${guest}: ${hook} trapped: ${reason}${place}`, {
    details: { plugin: guest, hook, reason },
  });
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
 * The function that trapped, from the first frame of the stack: `at NAME (wasm://…:wasm-function[3]:0x1a)`.
 * The name comes from the module and may hold anything.
 */
function placeOf(thrown: unknown): string {
  if (!(thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError)) return "";
  const stack = thrown.stack ?? "";
  const at = stack.indexOf("\n    at ");
  const frame = at === -1 ? "" : stack.slice(at + "\n    at ".length);
  const address = /wasm-function\[\d+\]:0x[0-9a-f]+\)?$/.exec(frame);
  if (address === null) return "";
  const name = frame.slice(0, Math.max(0, frame.lastIndexOf(" (wasm://")));
  const where = address[0].replace(")", "");
  return name === "" ? ` in ${where}` : ` in ${escapeText(name, 100)} (${where})`;
}

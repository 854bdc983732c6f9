/** What a host function answers instead of a result: a number below 0, and a sentence for it. */
import * as frame from "./frame";
import * as host from "./host";
import { textFromBlock } from "./transfer";

/** Codes of faults by the names of ABI 1, such as `not_granted` or `timeout`. */
export type FaultCode = string;

/** Why the host did not do what it was asked to. */
export class Fault {
  constructor(
    readonly code: FaultCode,
    /** The host's sentence for it. */
    readonly message: string,
  ) {}
}

/** A fault that was thrown: it ends the call. What may fail and must not has a `try…` beside it. */
export class HostError extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string) {
    super(message);
    this.name = "HostError";
    this.code = code;
  }
}

/** Static, so that it is lazy: a plugin that calls nothing of the host has nothing of this. */
class Last {
  static fault: Fault | null = null;
  static call: u32 = 0;
}

/** The last fault of this call of the plugin; null when there was none. */
export function lastFault(): Fault | null {
  return Last.call == frame.call ? Last.fault : null;
}

/** Whether a host function answered a result; `lastFault` has its fault if it did not. */
export function isResult(answer: i64): bool {
  if (answer >= 0) return true;
  const code = codeOf(answer);
  const text = textFromBlock(<u64>host.error());
  setFault(code, text === null ? `the host answered ${code}` : text);
  return false;
}

/** The result of a host function. Throws its fault. */
export function resultOf(answer: i64): u64 {
  if (!isResult(answer)) throwFault();
  return <u64>answer;
}

/** A fault that the bindings find before the host would. */
export function setFault(code: string, message: string): void {
  Last.fault = new Fault(code, message);
  Last.call = frame.call;
}

/** Throws the last fault. */
export function throwFault(): void {
  const fault = Last.fault!;
  throw new HostError(fault.code, fault.message);
}

/** By the numbers of ABI 1. */
function codeOf(answer: i64): string {
  switch (<i32>-answer) {
    case 1:
      return "not_granted";
    case 2:
      return "invalid";
    case 3:
      return "not_configured";
    case 4:
      return "quota";
    case 5:
      return "too_large";
    case 6:
      return "timeout";
    case 7:
      return "unavailable";
    case 8:
      return "conflict";
    default:
      return "failed";
  }
}

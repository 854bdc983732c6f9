import type { FaultCode } from "./host-error.ts";
import { findLastFault } from "./runtime/service.ts";

export interface Fault {
  readonly code: FaultCode;
  /** The host's sentence for it. */
  readonly message: string;
}

/** What a function of the host failed with last in this call of the plugin; null if none did. */
export function lastFault(): Fault | null {
  const found = findLastFault();
  // A plain object, which prints as JSON with its message: that of an error is hidden.
  return found === null ? null : { code: found.code, message: found.message };
}

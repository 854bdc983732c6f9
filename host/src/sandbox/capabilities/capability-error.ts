import type { CapabilityFault } from "../../contracts/capabilities.ts";

/**
 * What a guest gets instead of a result: a number of the table and, by `bw_error`, the message. No
 * `BackworksError`, since the guest decides what becomes of it; a request need not fail.
 */
export class CapabilityError extends Error {
  override readonly name = "CapabilityError";
  readonly fault: CapabilityFault;

  /** `message` is read by the plugin and its author: it never holds a secret. */
  constructor(fault: CapabilityFault, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.fault = fault;
  }
}

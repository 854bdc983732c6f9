/** Why a function of the host did not do what it was asked for: part of ABI 1. */
export type FaultCode =
  /** The right is there, this use of it is not: another host, another secret. */
  | "not_granted"
  /** An argument is malformed. */
  | "invalid"
  /** Granted, but this host has nothing behind it. */
  | "not_configured"
  /** The operator's bound on keys, bytes, series or calls is reached. */
  | "quota"
  /** A value, a request or an answer has more bytes than allowed. */
  | "too_large"
  | "timeout"
  /** The network, the disk or the other side failed. Trying again may help. */
  | "unavailable"
  /** What is there does not allow it: no number to increment, a plugin that waits for this one. */
  | "conflict"
  /** The plugin that was called failed. */
  | "failed";

/** A function of the host did not do what it was asked for; `code` says why. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string) {
    super(message);
    this.code = code;
  }
}

import { escapeLines } from "../lib/escape.ts";
import type { LogFields, Logger, LogLevel } from "../lib/logger.ts";
import { callFields, type CallNames } from "./call-names.ts";
import type { Redact } from "./capabilities/redactor.ts";
import type { GuestLimits } from "./limits.ts";

const keepAll: Redact = (text) => text;

/** Log records of one guest: with the names of its call, without secrets, escaped, cut, and bounded. */
export class GuestLog {
  readonly #logger: Logger;
  readonly #limits: GuestLimits;
  readonly #redact: Redact;
  #records = 0;
  #call: CallNames | undefined;

  constructor(logger: Logger, limits: GuestLimits, redact: Redact = keepAll) {
    this.#logger = logger;
    this.#limits = limits;
    this.#redact = redact;
  }

  /** Keeps hold of `call` until it ends: nothing is made of it unless a record is written. */
  beginCall(call: CallNames): void {
    this.#call = call;
  }

  isLevelEnabled(level: LogLevel): boolean {
    return this.#logger.isLevelEnabled(level);
  }

  /** Whether a record of this call would be seen: of another one nobody needs the text. */
  takes(level: LogLevel): boolean {
    return this.isLevelEnabled(level) && this.#records < this.#limits.logRecordsMax;
  }

  /** Counts a record that it does not take. */
  drop(level: LogLevel): void {
    if (this.isLevelEnabled(level)) this.#records++;
  }

  write(level: LogLevel, text: string): void {
    if (!this.#logger.isLevelEnabled(level)) return;
    this.#records++;
    if (this.#records > this.#limits.logRecordsMax) return;
    const { logRecordLengthMax } = this.#limits;
    this.#logger[level](this.#fields(), escapeLines(this.#redact(text), logRecordLengthMax));
  }

  /** Ends a call: what was too much is said in one record. */
  endCall(): void {
    const dropped = this.#records - this.#limits.logRecordsMax;
    this.#records = 0;
    if (dropped > 0) {
      this.#logger.warn({ ...this.#fields(), dropped }, `${dropped} more log records dropped`);
    }
    this.#call = undefined;
  }

  /** A guest that was given up may still write on its way out: of no call any more. */
  #fields(): LogFields {
    return this.#call === undefined ? {} : callFields(this.#call);
  }
}

import { escapeText } from "../lib/escape.ts";
import type { Logger, LogLevel } from "../lib/logger.ts";
import type { Redact } from "./capabilities/redactor.ts";
import type { GuestLimits } from "./limits.ts";

const keepAll: Redact = (text) => text;

/** Log records of one guest: without its secrets, escaped, cut, and so many per call. */
export class GuestLog {
  readonly #logger: Logger;
  readonly #limits: GuestLimits;
  readonly #redact: Redact;
  #records = 0;

  constructor(logger: Logger, limits: GuestLimits, redact: Redact = keepAll) {
    this.#logger = logger;
    this.#limits = limits;
    this.#redact = redact;
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
    this.#logger[level]({}, escapeText(this.#redact(text), this.#limits.logRecordLengthMax));
  }

  /** Ends a call: what was too much is said in one record. */
  endCall(): void {
    const dropped = this.#records - this.#limits.logRecordsMax;
    this.#records = 0;
    if (dropped > 0) this.#logger.warn({ dropped }, `${dropped} more log records dropped`);
  }
}

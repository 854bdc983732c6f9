import pino from "pino";
import type { DestinationStream } from "pino";
import type { LogLevel } from "./log-level.ts";

export { LOG_LEVELS, type LogLevel } from "./log-level.ts";

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured logs: fields for machines first, then one sentence for people. */
export interface Logger {
  readonly trace: (fields: LogFields, message: string) => void;
  readonly debug: (fields: LogFields, message: string) => void;
  readonly info: (fields: LogFields, message: string) => void;
  readonly warn: (fields: LogFields, message: string) => void;
  readonly error: (fields: LogFields, message: string) => void;
  readonly child: (fields: LogFields) => Logger;
  readonly isLevelEnabled: (level: LogLevel) => boolean;
}

export interface LoggerOptions {
  readonly level: LogLevel | "silent";
  readonly destination: DestinationStream;
}

/** JSON lines with ISO times. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination,
  );
}

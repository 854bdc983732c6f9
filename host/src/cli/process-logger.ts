import pretty from "pino-pretty";
import type { LoggingConfig } from "../contracts/config.ts";
import { escapeLines, indentLines } from "../lib/escape.ts";
import { createLogger } from "../lib/logger.ts";
import type { Logger } from "../lib/logger.ts";
import type { Terminal } from "./output.ts";

/** Whether the log is for people, and not JSON lines. */
export function isPretty({ format }: LoggingConfig, stream: Terminal["out"]): boolean {
  return format === "pretty" || (format === "auto" && stream.isTTY === true);
}

/**
 * Logs for people on a terminal, JSON lines in a pipe, unless `logging.format` says otherwise. They
 * go to `stream`: standard output, unless a command's answer is alone there.
 */
export function createProcessLogger(
  config: LoggingConfig,
  terminal: Terminal,
  stream: Terminal["out"],
): Logger {
  const destination = isPretty(config, stream)
    ? pretty({
        destination: stream,
        colorize: stream.isTTY === true && terminal.env["NO_COLOR"] === undefined,
        ignore: "pid,hostname",
        translateTime: "SYS:HH:MM:ss.l",
        sync: true,
        // Fields follow, four columns to the right: further lines of the text stand behind those.
        messageFormat: (record, key) => printText(record[key]),
        customPrettifiers: { stack: printText },
      })
    : stream;
  return createLogger({ level: config.level, destination });
}

function printText(text: unknown): string {
  return indentLines(escapeLines(String(text), Infinity));
}

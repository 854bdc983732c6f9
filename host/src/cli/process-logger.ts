import pretty from "pino-pretty";
import type { LoggingConfig } from "../contracts/config.ts";
import { createLogger } from "../lib/logger.ts";
import type { Logger } from "../lib/logger.ts";
import type { Terminal } from "./output.ts";

/** Logs for people on a terminal, JSON lines in a pipe, unless `logging.format` says otherwise. */
export function createProcessLogger(config: LoggingConfig, terminal: Terminal): Logger {
  const isPretty =
    config.format === "pretty" || (config.format === "auto" && terminal.out.isTTY === true);
  const destination = isPretty
    ? pretty({
        destination: terminal.out,
        colorize: terminal.out.isTTY === true && terminal.env["NO_COLOR"] === undefined,
        ignore: "pid,hostname",
        translateTime: "SYS:HH:MM:ss.l",
        sync: true,
      })
    : terminal.out;
  return createLogger({ level: config.level, destination });
}

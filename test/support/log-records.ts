import { createLogger, type Logger, type LogLevel } from "../../host/src/lib/logger.ts";

export interface LogRecords {
  readonly logger: Logger;
  /** What was logged so far: level and message. */
  readonly records: (readonly [level: string, message: string])[];
}

/** The product's own logger, writing into memory. */
export function recordLogs(level: LogLevel | "silent" = "trace"): LogRecords {
  const records: [string, string][] = [];
  const write = (line: string): void => {
    const record: Readonly<Record<string, unknown>> = JSON.parse(line);
    records.push([String(record["level"]), String(record["msg"])]);
  };
  return { logger: createLogger({ level, destination: { write } }), records };
}

import { OPERATION, writeLog } from "./runtime/native.ts";

/** Lines in the host's log, with the plugin's name; `console.log` and its kin end here too. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const log: Log = {
  debug: (message) => writeLog(OPERATION.logDebug, message),
  info: (message) => writeLog(OPERATION.logInfo, message),
  warn: (message) => writeLog(OPERATION.logWarn, message),
  error: (message) => writeLog(OPERATION.logError, message),
};

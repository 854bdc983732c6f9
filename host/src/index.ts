/** The public API of the host, symbol by symbol: what a program needs to run Backworks itself. */
export { startApp } from "./app/start.ts";
export type { RunningApp } from "./app/start.ts";
export type { PluginSummary, RouteSummary, StartSummary } from "./app/summary.ts";
export { findProblems } from "./app/validate.ts";
export { findConfig } from "./config/find.ts";
export { loadConfig } from "./config/load.ts";
export type { Config } from "./contracts/config.ts";
export { BackworksError, BackworksErrors, ERROR_KINDS } from "./lib/errors.ts";
export type { ErrorCode, ErrorKind, SourcePosition } from "./lib/errors.ts";
export { createLogger } from "./lib/logger.ts";
export type { Logger } from "./lib/logger.ts";
export { VERSION } from "./lib/version.ts";

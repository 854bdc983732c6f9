/** The public API of the host, symbol by symbol. */
export { BackworksError, BackworksErrors, ERROR_KINDS, type ErrorCode } from "./lib/errors.ts";

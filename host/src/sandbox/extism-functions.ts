import { Buffer } from "node:buffer";
import type { Kernel } from "../abi/kernel.ts";
import { LOG_LEVELS, type LogLevel } from "../lib/log-level.ts";
import type { GuestLog } from "./guest-log.ts";
import type { Variables } from "./variables.ts";

/** Keys and texts beyond this are cut: nothing the host compares or logs is longer. */
const KEY_BYTES_MAX = 4096;
export const LOG_BYTES_MAX: number = 64 * 1024;

/** Extism's number for "nothing is logged". */
const LOG_OFF = 0x7fff_ffff;

/** What the kernel's own functions are not: configuration, variables, log. */
export interface ExtismState {
  readonly kernel: Kernel;
  readonly config: ReadonlyMap<string, string>;
  readonly variables: Variables;
  readonly log: GuestLog;
}

export type GuestFunction = (...parameters: never[]) => unknown;

export function isGuestFunction(value: unknown): value is GuestFunction {
  return typeof value === "function";
}

/**
 * The rest of `extism:host/env`. As in Extism's own runtimes most functions own the blocks they
 * are given and free them.
 */
export function createExtismFunctions(state: ExtismState): Record<string, GuestFunction> {
  const { kernel, config, variables } = state;
  const readKey = (address: bigint): string => kernel.readText(address, KEY_BYTES_MAX) ?? "";
  const answer = (address: bigint, value: Uint8Array | undefined): bigint => {
    const block = value === undefined ? 0n : kernel.store(value);
    // Not before: PDKs free a key once more when they have the value, which must not lie there then.
    kernel.free(address);
    return block;
  };
  return {
    config_get: (address: bigint): bigint => {
      const value = config.get(readKey(address));
      return answer(address, value === undefined ? undefined : Buffer.from(value));
    },
    var_get: (address: bigint): bigint => answer(address, variables.get(readKey(address))),
    // The one function that leaves its blocks to the guest, as Extism's runtimes do.
    var_set: (address: bigint, valueAddress: bigint): void => {
      const key = readKey(address);
      if (valueAddress === 0n) variables.delete(key);
      else variables.set(key, kernel.readBytes(valueAddress) ?? new Uint8Array(0));
    },
    http_status_code: (): number => 0,
    http_headers: (): bigint => 0n,
    get_log_level: (): number => {
      const least = LOG_LEVELS.findIndex((level) => state.log.isLevelEnabled(level));
      return least === -1 ? LOG_OFF : least;
    },
    ...createLogFunctions(state),
  };
}

function createLogFunctions({ kernel, log }: ExtismState): Record<string, GuestFunction> {
  const write = (level: LogLevel) => (address: bigint) => {
    if (log.takes(level)) log.write(level, kernel.readText(address, LOG_BYTES_MAX) ?? "");
    else {
      log.drop(level);
      // Fuel does not depend on who reads the log.
      kernel.countCopied(Math.min(Number(kernel.functions.length(address)), LOG_BYTES_MAX));
    }
    kernel.free(address);
  };
  return Object.fromEntries(LOG_LEVELS.map((level) => [`log_${level}`, write(level)]));
}

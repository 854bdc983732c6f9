import { BackworksError } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import { callFields, type CallOrigin } from "../sandbox/call-names.ts";
import type { FindCallee } from "../sandbox/capabilities/plugin-calls.ts";
import type { CallWaits } from "./call-waits.ts";
import type { LoadedPlugin } from "./load.ts";

type Callee = NonNullable<ReturnType<FindCallee>>;

export interface CalleeOptions {
  readonly logger: Logger;
  /** Of all plugins that may call each other. */
  readonly waits: CallWaits;
}

/**
 * A plugin as others call it: its `on_call` within its own limits, whatever its caller has left.
 * Undefined when it has none. What goes wrong inside is told in the log, and the caller that it failed.
 */
export function createCallee(
  { name, manifest, guest }: LoadedPlugin,
  { logger, waits }: CalleeOptions,
): Callee | undefined {
  if (manifest.hooks.on_call === undefined) return undefined;
  const call = async (input: Uint8Array, origin: CallOrigin): Promise<Uint8Array> => {
    const begun = waits.begin(origin);
    try {
      const parts = { head: "", body: input };
      return await guest.call("on_call", parts, copy, { ...origin, begun });
    } finally {
      begun();
    }
  };
  return async (input: Uint8Array, origin: CallOrigin) => {
    try {
      return await call(input, origin);
    } catch (error) {
      if (error instanceof BackworksError) {
        const names = callFields({ ...origin, hook: "on_call" });
        const fields = { plugin: name, ...names, code: error.code };
        logger.warn(fields, `call of a plugin failed: ${escapeLines(error.message)}`);
      }
      throw error;
    }
  };
}

/** Output is lent. */
function copy(output: Uint8Array): Uint8Array {
  return Uint8Array.from(output);
}

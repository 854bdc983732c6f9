import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import type { CallChain, FindCallee } from "../sandbox/capabilities/plugin-calls.ts";
import type { LoadedPlugin } from "./load.ts";

type Callee = NonNullable<ReturnType<FindCallee>>;

/**
 * A plugin as others call it: its `on_call` within its own limits, whatever its caller has left.
 * Undefined when it has none. What goes wrong inside is told in the log, and the caller that it failed.
 */
export function createCallee(
  { name, manifest, guest }: LoadedPlugin,
  logger: Logger,
): Callee | undefined {
  if (manifest.hooks.on_call === undefined) return undefined;
  return async (input: Uint8Array, chain: CallChain) => {
    try {
      const parts = { head: "", body: input };
      return await guest.call("on_call", parts, (output) => Uint8Array.from(output), { chain });
    } catch (error) {
      if (error instanceof BackworksError) {
        const fields = { plugin: name, hook: "on_call", caller: chain.at(-2), code: error.code };
        logger.warn(fields, `call of a plugin failed: ${escapeText(error.message)}`);
      }
      throw error;
    }
  };
}

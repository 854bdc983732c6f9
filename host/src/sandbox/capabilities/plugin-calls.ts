import type { CapabilityFault } from "../../contracts/capabilities.ts";
import { BackworksError, type ErrorCode } from "../../lib/errors.ts";
import { unlessAborted } from "../../lib/deadline.ts";
import type { CallChain, CallOrigin } from "../call-names.ts";
import { GuestStop } from "../trap.ts";
import { CapabilityError } from "./capability-error.ts";

/** Plugins in one chain of calls, the first one that a request called included. */
export const CALL_DEPTH_MAX = 8;

/**
 * Runs a plugin's `on_call` with `input` and answers its output, which is the caller's to keep; throws
 * a `BackworksError` when it fails. Nothing when there is no such plugin, or it has no such hook.
 */
export type FindCallee = (
  name: string,
) => ((input: Uint8Array, origin: CallOrigin) => Promise<Uint8Array>) | undefined;

export interface PluginCallsOptions {
  /** Plugins that may be called. */
  readonly allowed: readonly string[];
  readonly find: FindCallee;
}

/** Calls from one plugin to others: listed ones, so deep, and never round in a circle. */
export class PluginCalls {
  readonly #options: PluginCallsOptions;

  constructor(options: PluginCallsOptions) {
    this.#options = options;
  }

  /**
   * The chain ends with the caller. Throws a `CapabilityError`, and `GuestStop` once nobody waits for
   * the caller itself.
   */
  async call(name: string, input: Uint8Array, origin: CallOrigin): Promise<Uint8Array> {
    const { allowed, find } = this.#options;
    const { chain, request, signal } = origin;
    if (!allowed.includes(name)) {
      const message = `calls of plugin ${JSON.stringify(name)} are not granted (capabilities.plugins, grants.plugins)`;
      throw new CapabilityError("not_granted", message);
    }
    const path = [...chain, name];
    // The first call of that plugin waits for this one: with its last instance it would wait for ever.
    if (chain.includes(name)) {
      throw new CapabilityError("conflict", `plugins call each other in a circle: ${print(path)}`);
    }
    if (path.length > CALL_DEPTH_MAX) {
      const message = `calls of plugins are more than ${CALL_DEPTH_MAX} deep: ${print(path)}`;
      throw new CapabilityError("quota", message);
    }
    const callee = find(name);
    if (callee === undefined) {
      const message = `plugin "${name}" is not there, or has no on_call hook`;
      throw new CapabilityError("unavailable", message);
    }
    try {
      return await whileAwaited(signal, async (awaited) =>
        callee(input, { chain: path, request, signal: awaited }),
      );
    } catch (cause) {
      throw explain(name, cause);
    }
  }
}

/**
 * Runs `work` for as long as `signal` says that somebody waits for it. A caller that was given up would
 * stay in memory until the other plugin has answered, and hold on to all that is its own.
 */
async function whileAwaited<T>(
  signal: AbortSignal | undefined,
  work: (awaited: AbortSignal) => Promise<T>,
): Promise<T> {
  const left = new AbortController();
  // Whatever became of the caller, to those that it has called it is no bug of the host's.
  const leave = (): void => left.abort(new GuestStop("nobody waits for it any more"));
  if (signal?.aborted === true) leave();
  left.signal.throwIfAborted();
  signal?.addEventListener("abort", leave, { once: true });
  try {
    return await unlessAborted(left.signal, work(left.signal));
  } finally {
    signal?.removeEventListener("abort", leave);
  }
}

/** Faults of the other plugin that are not its own doing. */
const FAULTS: Readonly<Partial<Record<ErrorCode, readonly [CapabilityFault, why: string]>>> = {
  guest_input_too_large: ["too_large", "takes no input as large as this"],
  guest_timed_out: ["timeout", "took longer than it may"],
  guest_busy: ["unavailable", "has no instance free"],
  guest_unavailable: ["unavailable", "fails whenever it starts"],
  calls_deadlocked: ["conflict", "cannot be called: plugins wait for each other"],
  instances_exhausted: ["unavailable", "gets no instance: this process has too many"],
  calls_exhausted: ["unavailable", "cannot be called: too many calls wait already"],
};

/** What else went wrong inside the other plugin is for the operator's log, not for this one. */
function explain(name: string, cause: unknown): unknown {
  const isOurs = cause instanceof BackworksError;
  // A bug of the host is no plugin's failure.
  if (!isOurs && !(cause instanceof CapabilityError)) return cause;
  const [fault, why] = (isOurs && FAULTS[cause.code]) || ["failed", "failed"];
  return new CapabilityError(fault, `plugin "${name}" ${why}`, { cause });
}

function print(path: CallChain): string {
  return path.join(" → ");
}

import type { Clock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import type { CallRecord, ObserveCall } from "../sandbox/call-meter.ts";
import type { Guest } from "../sandbox/guest.ts";

/**
 * Reports the calls of a guest that does not do so itself, since it runs in a process of its own: what
 * they used of fuel and memory nobody here knows, and is reported as 0.
 */
export function watchGuest(guest: Guest, observe: ObserveCall, clock: Clock): Guest {
  return {
    ...guest,
    call: async (hook, input, read, options) => {
      const startMs = clock.monotonicMs();
      const report = (result: Pick<CallRecord, "outcome" | "failure">): void => {
        const durationMs = clock.monotonicMs() - startMs;
        observe({ hook, durationMs, fuel: 0, memoryBytes: 0, ...result });
      };
      try {
        const output = await guest.call(hook, input, read, options);
        report({ outcome: "ok", failure: undefined });
        return output;
      } catch (failure) {
        report({ outcome: failure instanceof BackworksError ? failure.code : "internal", failure });
        throw failure;
      }
    },
  };
}

import { describe, expect, test } from "vitest";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import type { ErrorCode } from "../../../host/src/lib/errors.ts";
import { leastLag } from "./lag.ts";
import { callGuest, startGuest, type GuestSetup } from "./support.ts";

/** What the product promises: of a plain call, and of one that is sliced. */
const LAG_MAX_MS = 100;
const SLICED_LAG_MAX_MS = 20;

const RUN_OUT = "guest_fuel_exhausted";

const HOSTILE: readonly (readonly [guest: string, hook: HookName, code: ErrorCode])[] = [
  ["spin", "before_request", RUN_OUT],
  ["spin", "after_response", RUN_OUT],
  ["bulk-fill", "before_request", RUN_OUT],
  ["alloc-free", "before_request", RUN_OUT],
  ["catch-all", "before_request", RUN_OUT],
  ["host-calls", "before_request", RUN_OUT],
  ["host-calls", "process_endpoint", RUN_OUT],
  ["table-grow", "before_request", RUN_OUT],
  ["recursion", "before_request", "guest_trapped"],
  ["trap", "before_request", "guest_trapped"],
  ["lying-lengths", "before_request", "guest_trapped"],
  ["beyond-input", "before_request", "guest_trapped"],
  ["canary", "after_response", "guest_trapped"],
  ["alloc-forever", "before_request", "guest_failed"],
  ["large-output", "before_request", "guest_output_too_large"],
];

/** Calls a hook that fails, and another plugin behind it. */
async function callBeside(
  [name, hook, code]: readonly [guest: string, hook: HookName, code: unknown],
  setup: GuestSetup = {},
): Promise<() => Promise<void>> {
  const guest = await startGuest(name, setup);
  const other = await startGuest("echo");
  return async () => {
    await expect(callGuest(guest, hook)).rejects.toMatchObject({ code });
    await expect(callGuest(other, "process_endpoint", "next")).resolves.toBe("next");
  };
}

describe("the event loop waits less than 100 ms", () => {
  test.each(HOSTILE)("for %s %s, and the next call is served", async (...hostile) => {
    const work = await callBeside(hostile);
    expect(await leastLag(LAG_MAX_MS, work)).toBeLessThan(LAG_MAX_MS);
  });

  test.each(["start-loop", "start-allocates", "initialize-loop"])("for %s", async (name) => {
    const work = async (): Promise<void> => {
      await expect(startGuest(name)).rejects.toMatchObject({ code: RUN_OUT });
    };
    expect(await leastLag(LAG_MAX_MS, work)).toBeLessThan(LAG_MAX_MS);
  });
});

const SLICED = HOSTILE.filter(([, , code]) => code === RUN_OUT);
/** What the kernel zeroes for one call is bounded, whatever fuel there is. */
const ENDED = expect.stringMatching(/^guest_(timed_out|fuel_exhausted)$/);

describe("the event loop waits less than 20 ms for what runs in slices", () => {
  test.each(SLICED)("%s %s, and the next call is served", async (name, hook) => {
    const limits = { call: { fuel: 1e12, timeMs: 100 } };
    const work = await callBeside([name, hook, ENDED], { limits });
    expect(await leastLag(SLICED_LAG_MAX_MS, work)).toBeLessThan(SLICED_LAG_MAX_MS);
  });
});

import { describe, expect, test } from "vitest";
import { NO_RIGHTS } from "../../../host/src/contracts/capabilities.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { Budget } from "../../../host/src/sandbox/budget.ts";
import {
  createServices,
  type PluginServices,
} from "../../../host/src/sandbox/capabilities/services.ts";
import type { Guest } from "../../../host/src/sandbox/guest.ts";
import { ManualClock } from "../../support/clock.ts";
import { callGuest, startGuest } from "./support.ts";

const LONG = { fuel: 1e12, timeMs: 60_000 };
const NO_INPUT = { head: "", body: undefined };

/**
 * Services whose one right is to call the plugin "other", which answers as the test wants, also when
 * nobody waits for it any more.
 */
function callsOf(answer: () => Promise<string>): PluginServices {
  const call = async (): Promise<Uint8Array> => Buffer.from(await answer());
  return { ...servicesOf(call), calls: { call } };
}

/** The same, but a call ends with whoever waits for it. */
function servicesOf(callee: () => Promise<Uint8Array>): PluginServices {
  const rights = { ...NO_RIGHTS, plugins: ["other"] };
  return createServices(rights, {
    store: () => {
      throw new Error("nothing is kept");
    },
    clock: systemClock,
    fillRandom: () => undefined,
    findCallee: () => callee,
  });
}

/** How often the event loop turns until `work` is done. */
async function countTurns(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await work.finally(() => (isDone = true));
  return turns;
}

describe("a hook with more fuel than one turn of the event loop", () => {
  test("gives the loop back after every slice, and answers", async () => {
    const guest = await startGuest("spin", { limits: { call: LONG } });
    const call = callGuest(guest, "process_endpoint", "12345678");
    // 112 million units in slices of 2 million.
    await expect(countTurns(call)).resolves.toBeGreaterThan(20);
    await expect(call).resolves.toBe("");
  });

  test("ends when its fuel does, however long that takes", async () => {
    const guest = await startGuest("spin", {
      limits: { call: { fuel: 30_000_000, timeMs: 60_000 } },
    });
    await expect(callGuest(guest, "before_request")).rejects.toThrow(
      expect.objectContaining({
        code: "guest_fuel_exhausted",
        message:
          "spin: before_request needs more than its 30000000 units of fuel: stopped in round_and_round (wasm-function[1])",
        details: expect.objectContaining({ limit: 30_000_000, used: 30_000_005 }),
      }),
    );
    await expect(callGuest(guest, "health_check")).resolves.toBe("");
  });

  test("ends when its time does, at the end of a slice", async () => {
    const clock = new ManualClock();
    const guest = await startGuest("spin", { limits: { call: { fuel: 1e12, timeMs: 50 } }, clock });
    const call = callGuest(guest, "before_request");
    setImmediate(() => clock.advance(50));
    await expect(call).rejects.toThrow(
      expect.objectContaining({
        code: "guest_timed_out",
        message:
          "spin: before_request takes longer than 50 ms: stopped in round_and_round (wasm-function[1])",
      }),
    );
    await expect(callGuest(guest, "health_check")).resolves.toBe("");
  });

  test("cannot catch that it is stopped", async () => {
    const guest = await startGuest("catch-all", {
      limits: { call: { fuel: 30_000_000, timeMs: 60_000 } },
    });
    await expect(callGuest(guest, "before_request")).rejects.toThrow("stopped in spin");
  });

  test("runs beside another call of its plugin, each with its own fuel", async () => {
    const guest = await startGuest("spin", { limits: { call: LONG } });
    const short = { limits: { fuel: 30_000_000, timeMs: 60_000 } };
    const [long, ended] = await Promise.allSettled([
      callGuest(guest, "process_endpoint", "12345678"),
      guest.call("before_request", NO_INPUT, String, short),
    ]);
    expect(long.status).toBe("fulfilled");
    expect(ended).toMatchObject({ reason: { code: "guest_fuel_exhausted" } });
  });

  test("does not run at all when too many are suspended already", async () => {
    const budget = new Budget({ instancesMax: 10, suspendedMax: 2 });
    const guest = await startGuest("spin", { limits: { call: LONG }, budget });
    const calls = await Promise.allSettled(
      ["1", "2", "3"].map(async (input) => callGuest(guest, "process_endpoint", input)),
    );
    expect(calls.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(calls[2]).toMatchObject({
      reason: {
        code: "calls_exhausted",
        message: "spin: 2 calls of plugins are suspended in this process already",
      },
    });
    await expect(callGuest(guest, "health_check")).resolves.toBe("");
  });
});

/** A call whose time is over while the host works, which settles when another call is on its way. */
async function overdue(
  hook: "before_request" | "after_response",
  settle: (late: PromiseWithResolvers<string>) => void,
): Promise<Guest> {
  const clock = new ManualClock();
  const late = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  let count = 0;
  const services = callsOf(async () => {
    asked.resolve();
    return ++count === 1 ? late.promise : "next";
  });
  const limits = { call: { fuel: 11_000_000, timeMs: 100 } };
  const guest = await startGuest("waits", { services, clock, limits });
  const call = callGuest(guest, hook);
  await asked.promise;
  clock.advance(100);
  await expect(call).rejects.toThrow(
    expect.objectContaining({
      code: "guest_timed_out",
      message: `waits: ${hook} takes longer than 100 ms`,
    }),
  );
  const next = callGuest(guest, "before_request");
  settle(late);
  await expect(next).resolves.toBe("next");
  return guest;
}

describe("a guest that waits for the host", () => {
  test("sees a plain call", async () => {
    const guest = await startGuest("waits", { services: callsOf(async () => "answer") });
    await expect(callGuest(guest, "before_request")).resolves.toBe("answer");
  });

  test("lets others run meanwhile, its own plugin's calls too", async () => {
    const waiting: (() => void)[] = [];
    const services = callsOf(async () => {
      const { promise, resolve } = Promise.withResolvers<string>();
      waiting.push(() => resolve(`answer ${waiting.length}`));
      return promise;
    });
    const guest = await startGuest("waits", { services });
    const calls = [callGuest(guest, "before_request"), callGuest(guest, "before_request")];
    await expect(callGuest(guest, "health_check")).resolves.toBe("");
    for (const release of waiting) release();
    await expect(Promise.all(calls)).resolves.toEqual(["answer 2", "answer 2"]);
  });

  test("is charged for asking, so that it cannot ask for ever", async () => {
    const guest = await startGuest("waits", { services: callsOf(async () => "x") });
    await expect(callGuest(guest, "process_endpoint")).rejects.toThrow("units of fuel");
  });

  test("is given up at its deadline, and a late answer reaches nobody", async () => {
    const guest = await overdue("before_request", ({ resolve }) => resolve("late"));
    await expect(callGuest(guest, "before_request")).resolves.toBe("next");
  });

  test("is given up at its deadline, and a late failure reaches nobody", async () => {
    const guest = await overdue("before_request", ({ reject }) => reject(new TypeError("late")));
    await expect(callGuest(guest, "before_request")).resolves.toBe("next");
  });

  test("is unwound after its deadline even if it catches everything", async () => {
    const guest = await overdue("after_response", ({ resolve }) => resolve("late"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(callGuest(guest, "before_request")).resolves.toBe("next");
  });

  test("is unwound at its deadline, however long the plugin takes that it has called", async () => {
    const budget = new Budget({ instancesMax: 10, suspendedMax: 1 });
    const clock = new ManualClock();
    const services = servicesOf(async () => new Promise(() => undefined));
    const limits = { call: { fuel: 11_000_000, timeMs: 100 } };
    const guest = await startGuest("waits", { services, clock, limits, budget });
    for (let call = 0; call < 3; call++) {
      const given = callGuest(guest, "before_request");
      await new Promise(setImmediate);
      clock.advance(100);
      await expect(given).rejects.toThrow("longer than 100 ms");
      await new Promise(setImmediate);
    }
  });

  test("has a deadline for its next wait when a timer fires too early, between two", async () => {
    const clock = new ManualClock();
    const timers: (() => void)[] = [];
    const early = {
      ...clock,
      sleep: async () => new Promise<void>((resolve) => void timers.push(resolve)),
    };
    const waiting = Promise.withResolvers<void>();
    let asked = 0;
    const services = servicesOf(async () => {
      if (++asked === 2) waiting.resolve();
      return asked === 1 ? Buffer.alloc(0) : new Promise(() => undefined);
    });
    const limits = { call: { fuel: 1e9, timeMs: 100 } };
    const guest = await startGuest("waits-twice", { services, clock: early, limits });
    const call = callGuest(guest, "before_request");
    // The guest spins for some turns of the event loop between its waits.
    await new Promise(setImmediate);
    timers[0]?.();
    await waiting.promise;
    clock.advance(100);
    timers[1]?.();
    await expect(call).rejects.toThrow("before_request takes longer than 100 ms");
  });

  test("waits no longer than the plugin that has called it", async () => {
    const guest = await startGuest("waits", {
      services: servicesOf(async () => new Promise(() => undefined)),
    });
    const caller = new AbortController();
    const call = guest.call("before_request", NO_INPUT, String, { signal: caller.signal });
    caller.abort();
    await expect(call).rejects.toMatchObject({
      code: "guest_trapped",
      message: "waits: before_request trapped: nobody waits for it any more",
    });
  });

  test("gives its place back when it is unwound, not before", async () => {
    const budget = new Budget({ instancesMax: 10, suspendedMax: 1 });
    const clock = new ManualClock();
    const late = Promise.withResolvers<string>();
    const services = callsOf(async () => late.promise);
    const limits = { call: { fuel: 11_000_000, timeMs: 100 } };
    const guest = await startGuest("waits", { services, clock, limits, budget });
    const call = callGuest(guest, "before_request");
    await new Promise(setImmediate);
    clock.advance(100);
    await expect(call).rejects.toThrow("longer than 100 ms");
    await expect(callGuest(guest, "health_check")).rejects.toThrow("suspended in this process");
    late.resolve("late");
    await new Promise(setImmediate);
    await expect(callGuest(guest, "health_check")).resolves.toBe("");
  });
});

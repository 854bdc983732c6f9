import { describe, expect, test } from "vitest";
import type { CallRecord } from "../../../host/src/sandbox/call-meter.ts";
import { readGuest } from "../../support/guests.ts";
import type { LogLevel } from "../../../host/src/lib/log-level.ts";
import { ManualClock } from "../../support/clock.ts";
import { compileModule } from "../../../host/src/sandbox/compile.ts";
import { createGuest, type Guest } from "../../../host/src/sandbox/guest.ts";
import { recordLogs } from "../../support/log-records.ts";
import { createTestServices } from "../sandbox-process/support.ts";
import { callGuest, startGuest, startWat, type GuestSetup } from "./support.ts";

const NO_INPUT = { head: "", body: undefined };

/** A guest with the records of its calls. */
async function observe(
  name: string,
  setup: GuestSetup = {},
): Promise<{ readonly guest: Guest; readonly records: CallRecord[] }> {
  const records: CallRecord[] = [];
  const onCall = (lent: CallRecord): void => void records.push({ ...lent });
  return { guest: await startGuest(name, { ...setup, onCall }), records };
}

/** What it takes to have the host read a block of so many bytes. */
async function fuelOfLog(bytes: number, level: LogLevel = "info"): Promise<number> {
  const records: CallRecord[] = [];
  const guest = await startWat(
    `(module
          (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
          (import "extism:host/env" "log_info" (func $log (param i64)))
          (func (export "before_request") (result i32)
            (call $log (call $alloc (i64.const ${bytes})))
            (i32.const 0)))`,
    { onCall: (lent) => void records.push({ ...lent }), logger: recordLogs(level).logger },
  );
  await callGuest(guest, "before_request");
  return records[0]?.fuel ?? 0;
}

describe("an observer is told of every call", () => {
  test("what it took, in a record that is lent", async () => {
    const { guest, records } = await observe("echo", { clock: new ManualClock() });
    await callGuest(guest, "process_endpoint", "twelve bytes");
    await callGuest(guest, "process_endpoint", "twelve bytes");
    const [first, second] = records;
    expect(first).toEqual({
      hook: "process_endpoint",
      call: expect.objectContaining({ hook: "process_endpoint", chain: ["echo"] }),
      outcome: "ok",
      failure: undefined,
      fuel: expect.any(Number),
      memoryBytes: 65_536,
      durationMs: 0,
    });
    expect(first?.fuel).toBeGreaterThan(20);
    expect(second).toEqual({ ...first, call: second?.call });
  });

  test("with the code of what went wrong, and internal for a bug of the host", async () => {
    const { guest, records } = await observe("trap");
    await expect(callGuest(guest, "before_request")).rejects.toThrow("unreachable");
    await callGuest(guest, "health_check");
    const bug = new TypeError("ours");
    const fail = (): never => {
      throw bug;
    };
    expect(() => guest.call("health_check", NO_INPUT, fail)).toThrow(bug);
    expect(records.map(({ outcome }) => outcome)).toEqual(["guest_trapped", "ok", "internal"]);
  });
});

describe("fuel", () => {
  test("is the same for the same work, in another instance, after other work", async () => {
    const { guest, records } = await observe("spin");
    await callGuest(guest, "process_endpoint", "");
    await expect(callGuest(guest, "before_request")).rejects.toThrow("units of fuel");
    await callGuest(guest, "process_endpoint", "");
    expect(records[2]?.fuel).toBe(records[0]?.fuel);
  });

  test("is the same whether the call is sliced or not", async () => {
    const { guest, records } = await observe("spin");
    const input = { head: "1", body: undefined };
    await guest.call("process_endpoint", input, String, { limits: { fuel: 1e9, timeMs: 5000 } });
    const { fuel = 0 } = records[0] ?? {};
    expect(fuel).toBeGreaterThan(11_000_000);
    const short = await observe("spin");
    await short.guest.call("process_endpoint", NO_INPUT, String);
    await short.guest.call("process_endpoint", NO_INPUT, String, {
      limits: { fuel: 1e9, timeMs: 5000 },
    });
    expect(short.records[1]?.fuel).toBe(short.records[0]?.fuel);
  });

  test("that is exactly enough is enough, and one unit less is not", async () => {
    const { guest, records } = await observe("spin");
    await callGuest(guest, "process_endpoint", "");
    const fuel = records[0]?.fuel ?? 0;
    const call = (units: number) =>
      guest.call("process_endpoint", NO_INPUT, () => "done", {
        limits: { fuel: units, timeMs: 1 },
      });
    expect(call(fuel)).toBe("done");
    expect(() => call(fuel - 1)).toThrow(expect.objectContaining({ code: "guest_fuel_exhausted" }));
  });

  test("is charged for what the host does: by call and by byte", async () => {
    const [small, large] = [await fuelOfLog(8), await fuelOfLog(8008)];
    expect(small).toBeGreaterThan(300);
    // 1,000 units for zeroing the block, as many for reading it, and one for each byte beyond 1,024.
    expect(large - small).toBe(2000 + 8008 - 1024);
  });

  test("is charged for what the host has made and the guest has no room for", async () => {
    const services = createTestServices({ random: true });
    const { guest, records } = await observe("full-heap", { services });
    await callGuest(guest, "before_request");
    // Zeroing what fills the heap takes 193,750 units, calling the host 3,000.
    expect(records[0]?.fuel).toBeGreaterThan(193_750 + 3000 + 65_536);
  });

  test("is the same whoever reads the log", async () => {
    expect(await fuelOfLog(70_000, "error")).toBe(await fuelOfLog(70_000));
  });

  test("of a hook is its own, of a call that brings its own another one", async () => {
    const limits = {
      call: { fuel: 100, timeMs: 1 },
      hooks: { after_response: { fuel: 200, timeMs: 1 } },
    };
    const guest = await startGuest("spin", { limits });
    await expect(callGuest(guest, "before_request")).rejects.toThrow("more than its 100 units");
    await expect(callGuest(guest, "after_response")).rejects.toThrow("more than its 200 units");
    const own = { limits: { fuel: 300, timeMs: 1 } };
    await expect(async () => guest.call("before_request", NO_INPUT, String, own)).rejects.toThrow(
      "more than its 300 units",
    );
  });

  test("grows with a large body, unless somebody has set it", async () => {
    const body = new Uint8Array(16 * 1024 + 100);
    const call = (guest: Guest) => async () =>
      guest.call("before_request", { head: "", body }, String);
    const limits = { call: { fuel: 1000, timeMs: 5000 }, fuelPerBodyByte: 10 };
    const guest = await startGuest("spin", { limits });
    await expect(call(guest)).rejects.toThrow("more than its 2000 units");
    const fixed = await startGuest("spin", { limits: { ...limits, fuelPerBodyByte: 0 } });
    await expect(call(fixed)).rejects.toThrow("more than its 1000 units");
  });

  test("counted exactly is what Wasmtime counts, after a trap too", async () => {
    const module = await compileModule(await readGuest("trap"), { accounting: "exact" });
    expect(module.isExact).toBe(true);
    const records: CallRecord[] = [];
    const { logger } = recordLogs("silent");
    const onCall = (lent: CallRecord): void => void records.push({ ...lent });
    const guest = await createGuest({ name: "trap", module, config: {}, logger, onCall });
    await expect(callGuest(guest, "after_response")).rejects.toThrow("divide by zero");
    // One for entering the function, one for each of its instructions, the division included.
    expect(records[0]?.fuel).toBe(5);
  });
});

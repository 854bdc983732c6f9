import { describe, expect, test } from "vitest";
import { Budget } from "../../../host/src/sandbox/budget.ts";
import { callGuest, startGuest, startWat, type GuestSetup } from "./support.ts";

/** Counts its own calls in its memory: what a new instance does not know. */
const COUNTER = `(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (memory (export "memory") 1)
  (global $calls (mut i32) (i32.const 48))
  (func (export "before_request") (result i32)
    (local $at i64)
    (local.set $at (call $alloc (i64.const 1)))
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (call $store_u8 (local.get $at) (global.get $calls))
    (call $output_set (local.get $at) (i64.const 1))
    (i32.const 0))
  (func (export "after_response") (result i32)
    (drop (memory.grow (i32.const 4)))
    (i32.const 0))
  (func (export "process_endpoint") (result i32)
    (drop (call $alloc (i64.const 2000000)))
    (i32.const 0)))`;

async function countOf(guest: Parameters<typeof callGuest>[0], calls: number): Promise<string> {
  let seen = "";
  for (let call = 0; call < calls; call++) seen += await callGuest(guest, "before_request");
  return seen;
}

describe("an instance", () => {
  test("serves one call after the other", async () => {
    const guest = await startWat(COUNTER);
    await expect(countOf(guest, 4)).resolves.toBe("1234");
  });

  test("is replaced after so many calls", async () => {
    const guest = await startWat(COUNTER, { limits: { recycleCalls: 2 } });
    await expect(countOf(guest, 5)).resolves.toBe("12121");
  });

  test("is replaced when its memory has grown", async () => {
    const guest = await startWat(COUNTER, { limits: { recycleBytes: 4 * 65_536 } });
    await expect(countOf(guest, 2)).resolves.toBe("12");
    await callGuest(guest, "after_response");
    await expect(countOf(guest, 2)).resolves.toBe("12");
  });

  test("is replaced when its kernel has grown, unless its state counts", async () => {
    const seen = async (setup: GuestSetup): Promise<string> => {
      const guest = await startWat(COUNTER, setup);
      const counts = await countOf(guest, 2);
      await callGuest(guest, "process_endpoint");
      return counts + (await countOf(guest, 2));
    };
    await expect(seen({})).resolves.toBe("1212");
    const limits = { recycleKernelBytes: Number.MAX_SAFE_INTEGER };
    await expect(seen({ limits })).resolves.toBe("1234");
  });

  test("is the only one of a stateful plugin, and calls keep their order", async () => {
    const limits = { instancesMax: 1, call: { fuel: 1e9, timeMs: 5000 } };
    const guest = await startWat(COUNTER, { limits });
    const calls = Array.from({ length: 9 }, async () => callGuest(guest, "before_request"));
    await expect(Promise.all(calls)).resolves.toEqual(Array.from("123456789"));
  });
});

describe("the instances of a process", () => {
  test("are so many and no more, and a plugin that is closed gives its own back", async () => {
    const budget = new Budget({ instancesMax: 2, suspendedMax: 1 });
    const first = await startGuest("echo", { budget });
    await startGuest("echo", { budget });
    await expect(startGuest("echo", { budget })).rejects.toThrow(
      expect.objectContaining({
        code: "instances_exhausted",
        message: "echo: this process has 2 plugin instances already, no more can be made",
      }),
    );
    first.close();
    await expect(startGuest("echo", { budget })).resolves.toBeDefined();
  });

  test("do not grow in number when guests trap or cannot be started", async () => {
    const budget = new Budget({ instancesMax: 1, suspendedMax: 1 });
    const failing = `(module (func (export "initialize") (result i32) (i32.const 1)))`;
    for (let round = 0; round < 3; round++) {
      await expect(startWat(failing, { budget })).rejects.toThrow("it gave no reason");
    }
    const guest = await startGuest("trap", { budget });
    for (let round = 0; round < 3; round++) {
      await expect(callGuest(guest, "before_request")).rejects.toThrow("unreachable");
    }
    await expect(callGuest(guest, "health_check")).resolves.toBe("");
  });

  test("that are busy when their plugin is closed are given back when they are done", async () => {
    const budget = new Budget({ instancesMax: 1, suspendedMax: 1 });
    const limits = { call: { fuel: 1e9, timeMs: 5000 } };
    const guest = await startGuest("spin", { budget, limits });
    const call = callGuest(guest, "process_endpoint", "1234");
    await new Promise(setImmediate);
    guest.close();
    await call;
    await expect(startGuest("echo", { budget })).resolves.toBeDefined();
  });
});

test.each(["before_request", "after_response"] as const)(
  "what a call of %s may use of its plugin's services ends with it",
  async (hook) => {
    const told: string[] = [];
    const services: GuestSetup["services"] = {
      bind: () => ({
        functions: { "extism:host/user": { bw_random_bytes: () => 0n } },
        begin: () => told.push("begin"),
        end: () => told.push("end"),
      }),
      redact: (text) => text,
    };
    const guest = await startWat(
      `(module (import "extism:host/user" "bw_random_bytes" (func (param i64) (result i64)))
        (func (export "before_request") (result i32) (i32.const 0))
        (func (export "after_response") (result i32) (unreachable)))`,
      { services },
    );
    told.length = 0;
    await callGuest(guest, hook).catch(() => undefined);
    expect(told).toEqual(["begin", "end"]);
  },
);

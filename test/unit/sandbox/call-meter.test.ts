import { expect, test } from "vitest";
import { Budget } from "../../../host/src/sandbox/budget.ts";
import type { CallRecord } from "../../../host/src/sandbox/call-meter.ts";
import { SYNC_FUEL_MAX } from "../../../host/src/sandbox/limits.ts";
import { ManualClock } from "../../support/clock.ts";
import { callGuest, startGuest, startWat, type GuestSetup } from "./support.ts";

/** So much fuel that calls give the event loop back, and two can be under way. */
const SLICED = { fuel: SYNC_FUEL_MAX + 1, timeMs: 60_000 };

interface Noted {
  readonly records: CallRecord[];
  readonly onCall: NonNullable<GuestSetup["onCall"]>;
}

function noteCalls(): Noted {
  const records: CallRecord[] = [];
  return { records, onCall: (lent) => void records.push({ ...lent }) };
}

test("a call that finds no instance and no place to wait is reported", async () => {
  const { records, onCall } = noteCalls();
  const limits = { call: SLICED, instancesMax: 1, waitersMax: 0 };
  const guest = await startGuest("echo", { onCall, limits });
  const first = callGuest(guest, "process_endpoint", "a");
  await expect(callGuest(guest, "process_endpoint", "b")).rejects.toThrow("wait for an instance");
  await first;
  expect(records).toMatchObject([
    { hook: "process_endpoint", outcome: "guest_busy", fuel: 0, memoryBytes: 0 },
    { hook: "process_endpoint", outcome: "ok" },
  ]);
});

test("a call for which the process has no instance left is reported", async () => {
  const { records, onCall } = noteCalls();
  const budget = new Budget({ instancesMax: 1, suspendedMax: 10 });
  const guest = await startGuest("echo", { onCall, budget, limits: { call: SLICED } });
  const first = callGuest(guest, "process_endpoint", "a");
  await expect(callGuest(guest, "process_endpoint", "b")).rejects.toMatchObject({
    code: "instances_exhausted",
  });
  await first;
  expect(records.map(({ outcome }) => outcome).toSorted()).toEqual(["instances_exhausted", "ok"]);
});

/** Cannot start when the random byte that it draws is not 0; its hook traps. */
const UNLUCKY = `(module
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "initialize") (result i32)
    (drop (call $random (i32.const 0) (i32.const 1)))
    (i32.load8_u (i32.const 0)))
  (func (export "process_endpoint") (result i32) unreachable))`;

test("a call whose instance cannot start is reported, and so is one that does not try", async () => {
  const { records, onCall } = noteCalls();
  let byte = 0;
  const fillRandom = (bytes: Uint8Array): void => void bytes.fill(byte);
  const guest = await startWat(UNLUCKY, { onCall, fillRandom, clock: new ManualClock() });
  byte = 1;
  for (let call = 0; call < 5; call++) {
    await expect(callGuest(guest, "process_endpoint")).rejects.toThrow("test: ");
  }
  expect(records.map(({ outcome }) => outcome)).toEqual([
    "guest_trapped",
    "guest_failed",
    "guest_failed",
    "guest_failed",
    "guest_unavailable",
  ]);
  expect(records.slice(1).map(({ fuel, memoryBytes }) => fuel + memoryBytes)).toEqual([0, 0, 0, 0]);
});

test("a call that may not be suspended is reported, with the fuel that it did not use", async () => {
  const { records, onCall } = noteCalls();
  const budget = new Budget({ instancesMax: 1, suspendedMax: 1 });
  const guest = await startGuest("echo", { onCall, budget, limits: { call: SLICED } });
  await callGuest(guest, "process_endpoint", "a");
  budget.takeSuspended("other");
  await expect(callGuest(guest, "process_endpoint", "b")).rejects.toMatchObject({
    code: "calls_exhausted",
  });
  expect(records[0]?.fuel).toBeGreaterThan(0);
  expect(records).toMatchObject([{ outcome: "ok" }, { outcome: "calls_exhausted", fuel: 0 }]);
});

test("an input that is too large has used nothing, whatever the call before it used", async () => {
  const { records, onCall } = noteCalls();
  const guest = await startGuest("echo", { onCall, limits: { inputBytesMax: 10 } });
  await callGuest(guest, "process_endpoint", "small");
  await expect(callGuest(guest, "process_endpoint", "x".repeat(11))).rejects.toMatchObject({
    code: "guest_input_too_large",
  });
  expect(records).toMatchObject([{ outcome: "ok" }, { outcome: "guest_input_too_large", fuel: 0 }]);
});

test("the memory of a guest that keeps it to itself is known", async () => {
  const { records, onCall } = noteCalls();
  const hidden = `(module
    (memory 3)
    (func (export "process_endpoint") (result i32)
      (drop (memory.grow (i32.const 2)))
      (i32.const 0)))`;
  const guest = await startWat(hidden, { onCall, limits: { recycleBytes: 4 * 65_536 } });
  for (let call = 0; call < 2; call++) await callGuest(guest, "process_endpoint");
  // Replaced in between: it had grown too large.
  expect(records).toMatchObject([{ memoryBytes: 5 * 65_536 }, { memoryBytes: 5 * 65_536 }]);
});

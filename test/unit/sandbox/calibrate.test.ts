import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { systemClock, type Clock } from "../../../host/src/lib/clock.ts";
import {
  CALIBRATION_BASE64,
  fuelPerMs,
  measureFuelPerMs,
} from "../../../host/src/sandbox/calibrate.ts";
import { startTestApp } from "../../support/app.ts";
import { wat } from "../../support/wat.ts";

test("a millisecond is worth some fuel on any machine", () => {
  const fuel = measureFuelPerMs(systemClock);
  expect(Number.isSafeInteger(fuel)).toBe(true);
  expect(fuel).toBeGreaterThan(10_000);
});

/** A clock on which each reading takes `stepMs` from the one before, and half as long from `fastAt` on. */
function stepping(stepMs: number, fastAt = Infinity): Clock {
  let nowMs = 0;
  let readings = 0;
  const monotonicMs = (): number => (nowMs += ++readings < fastAt ? stepMs : stepMs / 2);
  return { ...systemClock, monotonicMs };
}

test("it is the best of rounds, also when the kernel is optimized late", () => {
  const slow = measureFuelPerMs(stepping(1 / 32));
  const fast = measureFuelPerMs(stepping(1 / 64));
  expect(fast / slow).toBeCloseTo(2, 3);
  for (const fastAt of [1, 20, 100, 200]) {
    expect(measureFuelPerMs(stepping(1 / 32, fastAt))).toBe(fast);
  }
});

test("it is measured once in a process, so that a reload changes no limits", async () => {
  const files = { "backworks.yaml": "endpoints: { home: { path: /, response: {} } }" };
  await using before = await startTestApp(files);
  await using after = await startTestApp(files);
  expect(after.summary.fuelPerMs).toBe(before.summary.fuelPerMs);
  expect(before.summary.fuelPerMs).toBe(fuelPerMs());
});

test("the embedded kernel is calibrate.wat, compiled", async () => {
  const source = new URL("../../../host/src/sandbox/calibrate.wat", import.meta.url);
  const compiled = wat(await readFile(source, "utf8"));
  expect(Buffer.from(compiled).toString("base64")).toBe(CALIBRATION_BASE64);
});

import { expect, test } from "vitest";
import { BackOff } from "../../../host/src/sandbox/process/back-off.ts";
import { ManualClock } from "../../support/clock.ts";

const POLICY = { firstMs: 1000, mostMs: 10_000 };

test("the first end costs nothing, each further one twice as long, up to a bound", () => {
  const clock = new ManualClock();
  const backOff = new BackOff(POLICY, clock);
  const waits = Array.from({ length: 7 }, () => {
    backOff.started();
    backOff.ended();
    const { waitMs } = backOff;
    clock.advance(waitMs);
    expect(backOff.waitMs).toBe(0);
    return waitMs;
  });
  expect(waits).toEqual([0, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test("the wait runs down with the clock", () => {
  const clock = new ManualClock();
  const backOff = new BackOff(POLICY, clock);
  backOff.ended();
  backOff.ended();
  clock.advance(400);
  expect(backOff.waitMs).toBe(600);
});

test("what lived longer than the longest wait begins anew", () => {
  const clock = new ManualClock();
  const backOff = new BackOff(POLICY, clock);
  for (let end = 0; end < 5; end++) backOff.ended();
  backOff.started();
  clock.advance(10_001);
  backOff.ended();
  expect(backOff.waitMs).toBe(0);
});

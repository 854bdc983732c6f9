import { expect, test } from "vitest";
import { systemClock } from "../../../host/src/lib/clock.ts";

test("the system clock tells wall and monotonic time", () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
  expect(systemClock.monotonicMs()).toBeLessThanOrEqual(performance.now());
});

test("a sleep ends by itself, or with the reason it is aborted with", async () => {
  await systemClock.sleep(1, new AbortController().signal);
  const controller = new AbortController();
  const sleep = systemClock.sleep(60_000, controller.signal);
  controller.abort(new Error("enough"));
  await expect(sleep).rejects.toThrow("enough");
  await expect(systemClock.sleep(1, controller.signal)).rejects.toThrow("enough");
});

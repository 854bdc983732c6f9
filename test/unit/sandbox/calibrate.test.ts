import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { CALIBRATION_BASE64, measureFuelPerMs } from "../../../host/src/sandbox/calibrate.ts";
import { wat } from "../../support/wat.ts";

test("a millisecond is worth some fuel on any machine", () => {
  const fuel = measureFuelPerMs(systemClock);
  expect(Number.isSafeInteger(fuel)).toBe(true);
  expect(fuel).toBeGreaterThan(10_000);
});

test("the embedded kernel is calibrate.wat, compiled", async () => {
  const source = new URL("../../../host/src/sandbox/calibrate.wat", import.meta.url);
  const compiled = wat(await readFile(source, "utf8"));
  expect(Buffer.from(compiled).toString("base64")).toBe(CALIBRATION_BASE64);
});

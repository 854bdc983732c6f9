import { expect, test } from "vitest";
import { Absences } from "../../../host/src/cli/absences.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";

test("everybody who is away has two seconds of their own, and who was back begins anew", () => {
  let nowMs = 0;
  const absences = new Absences({ ...systemClock, monotonicMs: () => nowMs });
  expect(absences.see(new Set(["a", "b"]))).toBe(2000);
  nowMs = 1500;
  expect(absences.see(new Set(["a", "c"]))).toBe(2000);
  nowMs = 1999;
  expect(absences.over()).toEqual(new Set());
  nowMs = 2000;
  expect(absences.over()).toEqual(new Set(["a"]));
  expect(absences.see(new Set(["a", "b", "c"]))).toBe(2000);
  nowMs = 3500;
  expect(absences.over()).toEqual(new Set(["a", "c"]));
});

import { describe, expect, test } from "vitest";
import { findChanges, findGrown } from "../../../host/src/workbench/cases/fuel-lock.ts";
import { parseCases } from "../../../host/src/workbench/cases/read-cases.ts";
import type { CaseResult } from "../../../host/src/workbench/cases/run-case.ts";

function resultOf(fuel: Readonly<Record<string, number>>): CaseResult {
  const [only] = parseCases("- name: a\n", "cases.yaml");
  if (only === undefined) throw new Error("expected a case");
  const nothing = { failures: [], memoryBytes: 0, durationMs: 0, logs: [] };
  return {
    name: "a",
    case: only,
    fuel,
    ...nothing,
    played: { results: [], exchange: undefined, refusals: [] },
  };
}

describe("a change of fuel", () => {
  const changesOf = (before: number, now: number): unknown[] =>
    findChanges({ a: { hooks: { start: before }, functions: {} } }, [resultOf({ start: now })]);

  test.each([
    [1000, 1000],
    [1000, 1050],
    [1000, 950],
  ])("from %d to %d is none", (before, now) => {
    expect(changesOf(before, now)).toEqual([]);
  });

  test.each([
    [1000, 1051],
    [1000, 949],
    [0, 1],
  ])("from %d to %d is one", (before, now) => {
    expect(changesOf(before, now)).toEqual([{ caseName: "a", hook: "start", before, now }]);
  });

  test("is one when a hook is called that was not, and none for a new case", () => {
    expect(changesOf(7, 7)).toEqual([]);
    expect(findChanges({ a: { hooks: {}, functions: {} } }, [resultOf({ stop: 5 })])).toHaveLength(
      1,
    );
    expect(findChanges({}, [resultOf({ stop: 5 })])).toEqual([]);
  });
});

test("functions that grew are named, the one that grew most first", () => {
  const before = { a: 100, b: 1000, c: 50 };
  const now = { a: 300, b: 2000, c: 51, d: 10 };
  expect(findGrown(before, now)).toEqual(["b (+1,000)", "a (+200)", "d (+10)"]);
});

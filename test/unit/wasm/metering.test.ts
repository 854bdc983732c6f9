import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { execute, prepare } from "../../support/metering/execute.ts";
import { generateProgram } from "../../support/metering/generate-program.ts";
import { judge, type Verdict } from "../../support/metering/oracle.ts";
import { CALIBRATED_PRICES, EXACT_PRICES } from "../../support/metering/prices.ts";
import type { Program } from "../../support/metering/program.ts";

const PLENTY = 1_000_000_000;

/** More than any of the programs spends between two checks. */
const OVERSHOOT_MAX = 100_000;

interface Case {
  readonly program: Program;
  readonly input: number;
  readonly verdict: Verdict;
}

/** Random programs with what the oracle says about them. */
function cases(outcomes: readonly Verdict["outcome"][], mayThrow: boolean): fc.Arbitrary<Case> {
  const prices = mayThrow ? CALIBRATED_PRICES : EXACT_PRICES;
  return fc
    .tuple(
      fc.array(fc.nat({ max: 1000 }), { minLength: 10, maxLength: 250 }),
      fc.integer({ min: 0, max: 5 }),
    )
    .map(([tape, input]) => {
      const program = generateProgram(tape, mayThrow);
      return { program, input, verdict: judge(program, input, prices) };
    })
    .filter(({ verdict }) => outcomes.includes(verdict.outcome));
}

const RUNS = { numRuns: Number(process.env["BACKWORKS_RUNS"] ?? 200) };

describe("exact fuel of a random program", () => {
  test("that returns is what an interpreter counts, unit for unit, and so is all it leaves", () => {
    fc.assert(
      fc.property(cases(["returned"], false), ({ program, input, verdict }) => {
        const execution = execute(prepare(program, "exact"), input, { limit: PLENTY });
        expect(execution).toEqual(verdict);
      }),
      RUNS,
    );
  });

  test("that traps in the midst of a block covers at least what ran before the trap", () => {
    fc.assert(
      fc.property(cases(["trapped"], false), ({ program, input, verdict }) => {
        const prepared = prepare(program, "exact");
        const execution = execute(prepared, input, { limit: PLENTY });
        expect({ ...execution, spent: 0 }).toEqual({ ...verdict, spent: 0 });
        // What was charged in advance is code of functions that were running, once each.
        expect(execution.spent).toBeGreaterThanOrEqual(verdict.spent);
        expect(execution.spent).toBeLessThanOrEqual(verdict.spent + prepared.bytes * 70);
      }),
      RUNS,
    );
  });

  test("is the same when it is given in small pieces, one each time it has run out", () => {
    fc.assert(
      fc.property(cases(["returned"], false), fc.nat({ max: 60 }), (random, refill) => {
        const { program, input, verdict } = random;
        const fuel = { limit: 0, refill: refill + 1 };
        expect(execute(prepare(program, "exact"), input, fuel)).toEqual(verdict);
      }),
      RUNS,
    );
  });

  test("stops a program for which it is too little, or shows below zero at the end", () => {
    fc.assert(
      fc.property(cases(["returned"], false), fc.nat(), ({ program, input, verdict }, part) => {
        const limit = part % (verdict.spent + 1);
        const execution = execute(prepare(program, "exact"), input, { limit });
        const isEnough = limit >= verdict.spent;
        expect(execution.spent <= limit).toBe(isEnough);
        expect(execution.outcome === "returned" || !isEnough).toBe(true);
        expect(execution.spent).toBeLessThan(limit + OVERSHOOT_MAX);
      }),
      RUNS,
    );
  });
});

describe("bounded fuel of a random program", () => {
  const ended = ["returned", "trapped", "threw"] as const;

  test("changes nothing that it does, with exceptions caught and not", () => {
    fc.assert(
      fc.property(cases(ended, true), ({ program, input, verdict }) => {
        const execution = execute(prepare(program, "bounded"), input, { limit: PLENTY });
        expect({ ...execution, spent: 0 }).toEqual({ ...verdict, spent: 0 });
      }),
      RUNS,
    );
  });

  test("is never less than what ran, unless a trap came before the local was stored", () => {
    fc.assert(
      fc.property(cases(["returned", "threw"], true), ({ program, input, verdict }) => {
        const execution = execute(prepare(program, "bounded"), input, { limit: PLENTY });
        expect(execution.spent).toBeGreaterThanOrEqual(verdict.spent);
      }),
      RUNS,
    );
  });

  test("does not depend on the pieces in which it is given", () => {
    fc.assert(
      fc.property(cases(["returned", "threw"], true), fc.nat({ max: 300 }), (random, refill) => {
        const prepared = prepare(random.program, "bounded");
        const whole = execute(prepared, random.input, { limit: PLENTY });
        const pieces = execute(prepared, random.input, { limit: 0, refill: refill + 1 });
        expect(pieces).toEqual(whole);
      }),
      RUNS,
    );
  });
});

test.each(["bounded", "exact"] as const)("%s fuel ends every endless program", (accounting) => {
  fc.assert(
    fc.property(cases(["endless"], true), ({ program, input }) => {
      const limit = 30_000;
      const execution = execute(prepare(program, accounting), input, { limit });
      expect(execution.spent).toBeLessThan(limit + OVERSHOOT_MAX);
    }),
    RUNS,
  );
});

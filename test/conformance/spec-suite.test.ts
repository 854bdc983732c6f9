import { beforeAll, describe, expect, test } from "vitest";
import { REWRITTEN, V8_ALONE } from "./embedding.ts";
import { compareFile, hasSuite, readSuite, type Comparison } from "./suite.ts";
import { loadTextParser } from "./text-parser.ts";

const SUITE_TIME_MS = 600_000;

describe.runIf(hasSuite)("the WebAssembly test suite", () => {
  const comparisons: Comparison[] = [];

  beforeAll(async () => {
    const parse = await loadTextParser(process.env["BACKWORKS_JCO"]);
    for (const file of readSuite()) {
      comparisons.push(...(await compareFile(file, [V8_ALONE, ...REWRITTEN], parse)));
    }
    console.log(summaryOf(comparisons));
  }, SUITE_TIME_MS);

  test("has commands that V8 passes", () => {
    expect(comparisons.filter(({ alone }) => alone.kind === "passed").length).toBeGreaterThan(
      20_000,
    );
  });

  test.each(REWRITTEN.map(({ name }, index) => [name, index] as const))(
    "loses nothing to %s metering that V8 passes, traps and their messages included",
    (_, index) => {
      const lost = comparisons
        .filter(({ alone }) => alone.kind === "passed")
        .filter(({ alone, others }) => JSON.stringify(others[index]) !== JSON.stringify(alone))
        .map(
          ({ place, command, others }) => `${place} ${command}: ${JSON.stringify(others[index])}`,
        );
      expect({ count: lost.length, some: lost.slice(0, 20) }).toEqual({ count: 0, some: [] });
    },
  );
});

function summaryOf(comparisons: readonly Comparison[]): string {
  const kinds = comparisons.map(({ alone }) => alone.kind);
  const count = (kind: string): number => kinds.filter((other) => other === kind).length;
  return `${kinds.length} commands: V8 passes ${count("passed")}, fails ${count("failed")}; ${count("skipped")} were not run (no text parser here reads them, or nothing runs)`;
}

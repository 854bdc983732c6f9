import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readVerdict } from "../../../host/src/abi/verdict.ts";
import { compileSchema } from "../../../host/src/config/schema.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import type { Verdict } from "../../../host/src/contracts/security.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import {
  bytesOf,
  MALFORMED_VERDICT_CASES,
  VERDICT_CASES,
  type VerdictCase,
} from "../../support/frame-cases.ts";

/** As the table has it: one flat object. */
function flatten(verdict: Verdict | undefined): object | null {
  if (verdict === undefined) return null;
  const { kind: outcome, ...rest } = verdict;
  if (verdict.kind === "identified") return { outcome, ...verdict.identity };
  return JSON.parse(JSON.stringify({ outcome, ...rest }));
}

describe("a verdict of schemas/frames.cases.json", () => {
  test.each(VERDICT_CASES)("$name", ({ hook, output, verdict }) => {
    expect(flatten(readVerdict(bytesOf(output), hook))).toEqual(verdict);
  });

  test.each(MALFORMED_VERDICT_CASES)("$name", ({ hook, output, error }) => {
    expect(() => readVerdict(bytesOf(output), hook)).toThrow(
      expect.objectContaining({
        code: "guest_output_malformed",
        message: `${hook} returned a malformed verdict: ${error}`,
        details: { hook, reason: error },
      }),
    );
  });
});

const SCHEMA: JsonObject = JSON.parse(
  readFileSync(new URL("../../../schemas/verdict.schema.json", import.meta.url), "utf8"),
);
const check = compileSchema(SCHEMA);

function problemsOf({ output }: Pick<VerdictCase, "output">): unknown {
  try {
    return check(JSON.parse(Buffer.from(bytesOf(output)).toString("utf8")));
  } catch {
    return "no JSON";
  }
}

describe("schemas/verdict.schema.json", () => {
  test("takes what the host takes, and what the host adds to it", () => {
    const given = VERDICT_CASES.filter(({ verdict }) => verdict !== null);
    for (const one of given) expect([one.name, problemsOf(one)]).toEqual([one.name, []]);
    for (const { verdict } of given) expect(check(verdict)).toEqual([]);
  });

  test("refuses what the host refuses, but for the hook", () => {
    const own = MALFORMED_VERDICT_CASES.filter(({ error }) => !error.startsWith("only "));
    for (const one of own) expect([one.name, problemsOf(one)]).not.toEqual([one.name, []]);
  });
});

function outcomeOf(text: string): string {
  try {
    return readVerdict(Buffer.from(text), "authenticate")?.kind ?? "none";
  } catch (error) {
    return error instanceof BackworksError ? error.code : String(error);
  }
}

test("any text either reads or is malformed, and what reads fits the schema", () => {
  const member = fc.oneof(fc.json({ maxDepth: 2 }), fc.constantFrom('"denied"', '"identified"'));
  const key = fc.constantFrom("outcome", "subject", "roles", "claims", "reason", "status", "x");
  const object = fc
    .array(fc.tuple(key, member), { maxLength: 5 })
    .map((members) => `{${members.map(([name, json]) => `"${name}":${json}`).join(",")}}`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), object), (text) => {
      const outcome = outcomeOf(text);
      expect(["none", "identified", "denied", "guest_output_malformed"]).toContain(outcome);
      if (outcome === "identified" || outcome === "denied") {
        expect(check(JSON.parse(text))).toEqual([]);
      }
    }),
    { numRuns: 1000 },
  );
});

test("a verdict of 16 KiB or 32 levels is read, more is refused", () => {
  const padded = (length: number): string => {
    const start = '{"outcome":"identified","subject":"a","claims":{"x":"';
    return `${start}${"y".repeat(length - start.length - 3)}"}}`;
  };
  expect(outcomeOf(padded(16_384))).toBe("identified");
  expect(outcomeOf(padded(16_385))).toBe("guest_output_malformed");
  const deep = (levels: number): string =>
    `{"outcome":"identified","subject":"a","claims":{"x":${"[".repeat(levels)}${"]".repeat(levels)}}}`;
  expect([outcomeOf(deep(30)), outcomeOf(deep(31))]).toEqual([
    "identified",
    "guest_output_malformed",
  ]);
});

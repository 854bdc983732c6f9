import { describe, expect, test } from "vitest";
import { BackworksError, BackworksErrors } from "../../../host/src/lib/errors.ts";
import {
  asOne,
  joinErrors,
  partsOf,
  problemsOf,
  recode,
} from "../../../host/src/lib/join-errors.ts";

const FIRST = new BackworksError("config_invalid", "a: no", { position: { file: "x", line: 2 } });
const SECOND = new BackworksError("config_unknown_key", "b: unknown");
const BUG = new TypeError("a bug");

describe("errors that are joined", () => {
  test("are one with the texts of all, and come apart again", () => {
    const joined = joinErrors([FIRST, SECOND]);
    expect(joined).toMatchObject({ code: FIRST.code, position: FIRST.position });
    expect(joined.message).toBe("a: no\nb: unknown");
    expect(partsOf(joined)).toEqual([FIRST, SECOND]);
    expect(partsOf(new BackworksErrors([joined, SECOND]))).toEqual([FIRST, SECOND, SECOND]);
  });

  test("stay as they are when there is one", () => {
    expect(joinErrors([FIRST])).toBe(FIRST);
    expect(asOne(FIRST)).toBe(FIRST);
    expect(asOne(new BackworksErrors([FIRST]))).toBe(FIRST);
  });

  test("may go by another code, each at its place", () => {
    const { errors } = recode("test_invalid", joinErrors([FIRST, SECOND]));
    expect(errors.map(({ code, message, position }) => [code, message, position])).toEqual([
      ["test_invalid", "a: no", FIRST.position],
      ["test_invalid", "b: unknown", undefined],
    ]);
  });
});

test("what a check throws are problems, and nothing is none", () => {
  const throwing = (thrown: unknown) => (): never => {
    throw thrown;
  };
  expect(problemsOf(() => "fine")).toEqual([]);
  expect(problemsOf(throwing(new BackworksErrors([FIRST, SECOND])))).toEqual([FIRST, SECOND]);
  expect(() => problemsOf(throwing(BUG))).toThrow(BUG);
});

test.each([asOne, partsOf, (thrown: unknown) => recode("test_invalid", thrown)])(
  "a bug is thrown on",
  (read) => {
    expect(() => read(BUG)).toThrow(BUG);
  },
);

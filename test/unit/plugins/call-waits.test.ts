import { describe, expect, test } from "vitest";
import { CallWaits } from "../../../host/src/plugins/call-waits.ts";

const REFUSED = expect.objectContaining({ code: "calls_deadlocked" });

/** Plugins by their number of instances; others are not there. */
function create(instances: Readonly<Record<string, number>>): CallWaits {
  return new CallWaits((plugin) => instances[plugin] ?? Infinity);
}

/** Begins waits such as `a b c`: c is called by b, which a has called. */
function wait(waits: CallWaits, ...chains: readonly string[]): (() => void)[] {
  return chains.map((chain) => waits.begin({ chain: chain.split(" ") }));
}

describe("a call is refused that would wait for itself:", () => {
  test.each([
    ["two plugins of one instance each", { a: 1, b: 1 }, ["a b"], "b a"],
    ["three in a ring", { a: 1, b: 1, c: 1 }, ["a b", "b c"], "c a"],
    ["two of several instances, all of which wait", { a: 2, b: 1 }, ["a b", "a b"], "b a"],
    ["one that is in the middle of a chain", { a: 1, b: 9, c: 1 }, ["a b c"], "c a"],
    ["one that waits through another for the ring", { a: 1, b: 1, c: 1 }, ["a b", "c a"], "b c"],
    [
      "one whose instances wait for different plugins",
      { a: 2, b: 1, c: 1 },
      ["a b", "a c", "b a"],
      "c a",
    ],
  ] as const)("%s", (_, instances, waiting, last) => {
    const waits = create(instances);
    wait(waits, ...waiting);
    expect(() => wait(waits, last)).toThrow(REFUSED);
    // It is as if it had not been tried.
    expect(() => wait(waits, last)).toThrow(REFUSED);
  });
});

describe("a call waits, since somebody goes on:", () => {
  test.each([
    ["nobody else waits", { a: 1, b: 1 }, [], "a b"],
    ["the other one calls somebody else", { a: 1, b: 1, c: 1 }, ["a c"], "b a"],
    ["an instance of the other one is free, or works", { a: 2, b: 1 }, ["a b"], "b a"],
    ["all wait in one direction", { a: 1, b: 1 }, ["a b", "a b", "a b"], "a b"],
    ["somebody in the ring has another instance", { a: 1, b: 2, c: 1 }, ["a b", "b c"], "c a"],
    ["a plugin is not there", { a: 1 }, ["a b"], "b a"],
  ] as const)("%s", (_, instances, waiting, last) => {
    const waits = create(instances);
    wait(waits, ...waiting);
    expect(() => wait(waits, last)).not.toThrow();
  });

  test("another one has begun meanwhile", () => {
    const waits = create({ a: 1, b: 1 });
    const [begun] = wait(waits, "a b");
    expect(() => wait(waits, "b a")).toThrow(REFUSED);
    begun?.();
    expect(() => wait(waits, "b a")).not.toThrow();
  });
});

test("a call that nobody waits for any more holds up nobody", () => {
  const waits = create({ a: 1, b: 1 });
  const left = new AbortController();
  waits.begin({ chain: ["a", "b"], signal: left.signal });
  expect(() => wait(waits, "b a")).toThrow(REFUSED);
  left.abort();
  expect(() => wait(waits, "b a")).not.toThrow();
});

test("who is refused is told who waits for whom", () => {
  const waits = create({ a: 2, b: 1, c: 1 });
  wait(waits, "a c", "a b", "c a");
  expect(() => wait(waits, "x b a")).toThrow(
    "x → b → a: plugins wait for each other: every instance of a waits for b, c",
  );
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Hook } from "../../../host/src/contracts/hooks.ts";
import { orderHooks } from "../../../host/src/pipeline/order.ts";
import { hook } from "./support.ts";

function names(hooks: readonly Hook[]): string {
  return orderHooks(hooks)
    .beforeRequest.map((each) => each.plugin)
    .join(" ");
}

test("without wishes the priority decides, then the name by code unit", () => {
  const hooks = [
    hook("b"),
    hook("a"),
    hook("Z"),
    hook("late", { priority: 1 }),
    hook("early", { priority: -1 }),
  ];
  expect(names(hooks)).toBe("early Z a b late");
});

test("what is declared wins over the priority", () => {
  const hooks = [
    hook("auth", { priority: 9 }),
    hook("log", { priority: 1, after: ["auth"] }),
    hook("id", { priority: 10, before: ["auth"] }),
  ];
  expect(names(hooks)).toBe("id auth log");
});

test("after_response has the same order, run backwards", () => {
  const after = { name: "after_response" } as const;
  const order = orderHooks([
    hook("a", after),
    hook("b", after),
    hook("c", { ...after, before: ["a"] }),
  ]);
  expect(order.afterResponse.map((each) => each.plugin)).toEqual(["a", "c", "b"]);
  expect(order.beforeRequest).toEqual([]);
});

test("the order of one hook says nothing about the other", () => {
  const hooks = [
    hook("a", { after: ["b"] }),
    hook("b"),
    hook("a", { name: "after_response", before: ["b"] }),
    hook("b", { name: "after_response" }),
  ];
  const order = orderHooks(hooks);
  expect(order.beforeRequest.map((each) => each.plugin)).toEqual(["b", "a"]);
  expect(order.afterResponse.map((each) => each.plugin)).toEqual(["b", "a"]);
});

test("process_endpoint has no place in the order", () => {
  const order = orderHooks([hook("a", { name: "process_endpoint" })]);
  expect([...order.beforeRequest, ...order.afterResponse]).toEqual([]);
});

test("a plugin that is not loaded is passed over with one note", () => {
  const order = orderHooks([
    hook("a", { after: ["auth"], before: ["auth", "b"] }),
    hook("b", { name: "after_response" }),
  ]);
  expect(order.notes).toEqual([
    'plugin "a" orders its before_request against plugin "auth", which is not loaded',
  ]);
});

test("a plugin that is loaded without a hook of that kind needs no note", () => {
  const hooks = [hook("a", { after: ["end", "gone"] })];
  expect(orderHooks(hooks, ["end"]).notes).toEqual([
    'plugin "a" orders its before_request against plugin "gone", which is not loaded',
  ]);
});

describe("who consumes a value runs after who provides it", () => {
  const give = { provides: ["auth.user"] };
  const take = { consumes: ["auth.user"] };

  test.each([
    ["whatever the priority", [hook("a", { ...take, priority: -9 }), hook("b", give)], "b a"],
    ["all of them", [hook("a", take), hook("b", give), hook("c", give)], "b c a"],
    [
      "a chain of values",
      [hook("a", { consumes: ["z"] }), hook("b", { ...take, provides: ["z"] }), hook("c", give)],
      "c b a",
    ],
    ["its own value is no reason", [hook("a", { ...give, ...take }), hook("b")], "a b"],
    [
      "who changes a value stands between",
      [hook("a", take), hook("b", { ...give, ...take }), hook("c", give)],
      "c b a",
    ],
    [
      "two that change it are ordered by priority",
      [hook("a", { ...give, ...take, priority: 1 }), hook("b", { ...give, ...take })],
      "b a",
    ],
    ["nobody provides it", [hook("a", take), hook("b")], "a b"],
  ])("%s", (_, hooks, expected) => {
    expect(names(hooks)).toBe(expected);
  });

  test("on the way out every value is there, and the order stays as it was", () => {
    const after = { name: "after_response" } as const;
    const order = orderHooks([hook("a", { ...after, ...take }), hook("b", { ...after, ...give })]);
    expect(order.afterResponse.map((each) => each.plugin)).toEqual(["b", "a"]);
  });

  test("a provider without a before_request changes nothing", () => {
    expect(names([hook("a", take), hook("b", { ...give, name: "after_response" })])).toBe("a");
  });
});

describe("a cycle is an error that names its path", () => {
  test.each([
    [[hook("a", { before: ["a"] })], ["a → a"]],
    [
      [
        hook("a", { provides: ["x"], consumes: ["y"] }),
        hook("b", { provides: ["y"], consumes: ["x"] }),
      ],
      ["a → b → a", "b → a → b"],
    ],
    [
      [hook("a", { before: ["b"] }), hook("b", { before: ["a"] })],
      ["a → b → a", "b → a → b"],
    ],
    [
      [hook("a", { after: ["c"] }), hook("b", { after: ["a"] }), hook("c", { after: ["b"] })],
      ["a → b → c → a", "b → c → a → b", "c → a → b → c"],
    ],
    [
      [
        hook("0", { after: ["1"] }),
        hook("1", { after: ["2"] }),
        hook("2", { after: ["1"] }),
        hook("x"),
      ],
      ["1 → 2 → 1", "2 → 1 → 2"],
    ],
  ])("case %#", (hooks, paths) => {
    const lead = "the before_request hooks of these plugins must each run before the next: ";
    let message = "";
    expect(() => {
      try {
        orderHooks(hooks);
      } catch (error) {
        message = String(error);
        throw error;
      }
    }).toThrow(expect.objectContaining({ code: "plugin_order_cycle" }));
    expect(paths.map((path) => `BackworksError: ${lead}${path}`)).toContain(message);
  });
});

test("any hooks come out in one order that keeps every wish, however they went in", () => {
  const ids = ["a", "b", "c", "d", "e", "f"];
  const wishes = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 8 });
  const property = fc.property(
    wishes,
    fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 6, maxLength: 6 }),
    fc.infiniteStream(fc.nat(100)),
    (pairs, priorities, seed) => {
      // Wishes only from lower to higher index: never a cycle.
      const edges = pairs.filter(([from, to]) => from < to);
      const hooks = ids.map((id, i) =>
        hook(id, {
          priority: priorities[i] ?? 0,
          before: edges.filter(([from]) => from === i).map(([, to]) => ids[to] ?? ""),
        }),
      );
      const sorted = names(hooks);
      for (const [from, to] of edges) {
        expect(sorted.indexOf(ids[from] ?? "")).toBeLessThan(sorted.indexOf(ids[to] ?? ""));
      }
      const keyed = hooks.map((each) => ({ each, key: seed.next().value }));
      const shuffled = keyed.toSorted((x, y) => x.key - y.key).map(({ each }) => each);
      expect(names(shuffled)).toBe(sorted);
    },
  );
  fc.assert(property);
});

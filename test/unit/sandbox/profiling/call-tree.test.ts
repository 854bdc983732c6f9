import fc from "fast-check";
import { expect, test } from "vitest";
import { CallTree, type CallNode } from "../../../../host/src/sandbox/profiling/call-tree.ts";
import { sumFunctions } from "../../../../host/src/workbench/profile/sum-functions.ts";

function selfOf(calls: readonly CallNode[]): number {
  return calls.reduce((sum, { self, children }) => sum + self + selfOf(children), 0);
}

function callsOf(calls: readonly CallNode[]): number {
  return calls.reduce((sum, call) => sum + call.calls + callsOf(call.children), 0);
}

test("calls on one path are one node, calls on two paths are two", () => {
  const tree = new CallTree();
  for (const caller of [1, 2, 1]) {
    tree.enter(caller);
    tree.spend(10);
    tree.enter(3);
    tree.spend(1);
    tree.leave();
    tree.leave();
  }

  expect(tree.calls).toEqual([
    { frame: 1, self: 20, calls: 2, children: [{ frame: 3, self: 2, calls: 2, children: [] }] },
    { frame: 2, self: 10, calls: 1, children: [{ frame: 3, self: 1, calls: 1, children: [] }] },
  ]);
});

test("what a caller has paid in advance is the callee's", () => {
  const tree = new CallTree();
  tree.enter(1);
  tree.spend(30);
  tree.enter(2);
  tree.takeOver(20);
  tree.unwind();

  expect(tree.calls).toMatchObject([{ self: 10, children: [{ self: 20 }] }]);
});

test("whatever is called, beyond any limit, no fuel and no call is lost", () => {
  const step = fc.oneof(
    fc.record({ enter: fc.nat(5), fuel: fc.nat(100) }),
    fc.record({ leave: fc.constant(true), fuel: fc.nat(100) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat(20), (steps, nodesMax) => {
      const tree = new CallTree(nodesMax);
      let fuel = 0;
      let entered = 0;
      for (const next of steps) {
        if ("enter" in next) {
          tree.enter(next.enter);
          entered++;
        } else tree.leave();
        tree.spend(next.fuel);
        fuel += next.fuel;
      }
      const { calls, unassigned } = tree;
      expect(selfOf(calls) + unassigned).toBe(fuel);
      expect(callsOf(calls)).toBe(entered);
      const frames = Array.from({ length: 6 }, (_, index) => ({
        kind: "wasm" as const,
        name: `f${index}`,
        place: undefined,
      }));
      const sums = sumFunctions({ fuel, frames, calls });
      expect(sums.reduce((sum, { self }) => sum + self, 0) + unassigned).toBe(fuel);
      for (const { self, total } of sums) expect(total).toBeGreaterThanOrEqual(self);
    }),
  );
});

test("a recursion as deep as a guest's stack is no recursion of the profiler's", () => {
  const tree = new CallTree();
  const DEPTH = 60_000;
  for (let depth = 0; depth < DEPTH; depth++) {
    tree.enter(0);
    tree.spend(1);
  }
  tree.unwind();
  const frames = [{ kind: "wasm" as const, name: "f", place: undefined }];

  expect(sumFunctions({ fuel: DEPTH, frames, calls: tree.calls })).toMatchObject([
    { self: DEPTH, total: DEPTH, calls: DEPTH },
  ]);
});

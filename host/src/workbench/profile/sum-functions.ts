import type { CallNode } from "../../sandbox/profiling/call-tree.ts";
import type { Frame } from "../../sandbox/profiling/frames.ts";
import type { FuelProfile } from "../../sandbox/profiling/fuel-profiler.ts";

/** What one function took in all its calls. */
export interface FunctionFuel {
  readonly frame: Frame;
  /** Of the function alone. */
  readonly self: number;
  /** With what it called; what it called of itself counts once. */
  readonly total: number;
  readonly calls: number;
}

/** Calls that a profile has stopped to tell apart by who made them. */
export const BEYOND: Frame = { kind: "host", name: "(more paths of calls)", place: undefined };

interface Sum {
  self: number;
  total: number;
  calls: number;
}

/** Adds up a profile by function, the dearest by themselves first. */
export function sumFunctions({ frames, calls }: FuelProfile): FunctionFuel[] {
  const sums = new Map<number, Sum>();
  const open = new Map<number, number>();
  visitCalls(calls, {
    enter: ({ frame, self, calls: made }) => {
      const sum = sums.get(frame) ?? { self: 0, total: 0, calls: 0 };
      sums.set(frame, sum);
      sum.self += self;
      sum.calls += made;
      open.set(frame, (open.get(frame) ?? 0) + 1);
    },
    leave: ({ frame }, total) => {
      const depth = (open.get(frame) ?? 1) - 1;
      open.set(frame, depth);
      const sum = sums.get(frame);
      if (depth === 0 && sum !== undefined) sum.total += total;
    },
  });
  return [...sums]
    .map(([frame, sum]) => ({ frame: frames[frame] ?? BEYOND, ...sum }))
    .toSorted((a, b) => b.self - a.self || b.total - a.total || compare(a.frame, b.frame));
}

interface Visitor {
  /** `depth` counts from 0; what came before it took `start`. */
  readonly enter: (call: CallNode, depth: number, start: number) => void;
  /** `total` is what the call took, with all that it called. */
  readonly leave: (call: CallNode, total: number) => void;
}

/**
 * Goes through calls from the outside in, each one's own fuel before that of its callees. Without
 * recursion: a path may be as long as a guest's stack.
 */
export function visitCalls(calls: readonly CallNode[], { enter, leave }: Visitor): void {
  interface Open {
    readonly call: CallNode;
    readonly start: number;
    next: number;
  }
  let spent = 0;
  for (const top of calls) {
    const stack: Open[] = [];
    const open = (call: CallNode): void => {
      enter(call, stack.length, spent);
      stack.push({ call, start: spent, next: 0 });
      spent += call.self;
    };
    open(top);
    for (let last = stack.at(-1); last !== undefined; last = stack.at(-1)) {
      const child = last.call.children[last.next++];
      if (child !== undefined) {
        open(child);
        continue;
      }
      stack.pop();
      leave(last.call, spent - last.start);
    }
  }
}

/** The same order everywhere: no locale has a say. */
function compare(a: Frame, b: Frame): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}

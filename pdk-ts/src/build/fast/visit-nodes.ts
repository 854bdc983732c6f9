import type * as assemblyscript from "assemblyscript";

type Compiler = typeof assemblyscript;

/** Calls `enter` for these nodes and all that is in them, a node before what it holds. */
export function visitNodes(
  compiler: Compiler,
  nodes: readonly assemblyscript.Node[],
  enter: (node: assemblyscript.Node) => void,
): void {
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    if (!(value instanceof compiler.Node)) return;
    enter(value);
    for (const [key, part] of Object.entries(value)) {
      // A range leads to the source, and so back to here.
      if (key !== "range") visit(part);
    }
  };
  visit(nodes);
}

/** One function on one path of calls: children are what it called there. */
export interface CallNode {
  /** What runs there, as `CallTree` was told. */
  readonly frame: number;
  /** Fuel of the function itself, without what it called. */
  readonly self: number;
  readonly calls: number;
  readonly children: readonly CallNode[];
}

/** A frame that stands for nothing: the root, and paths that are not told apart any more. */
export const NO_FRAME = -1;

/**
 * Recursion and wide trees of calls end here: beyond it, calls of one function are one node,
 * whoever called it.
 */
const NODES_MAX = 100_000;

interface Node {
  readonly frame: number;
  readonly children: Map<number, Node>;
  self: number;
  calls: number;
}

/** Follows calls and adds up their fuel by the path on which they were made. */
export class CallTree {
  readonly #nodesMax: number;
  readonly #root: Node = createNode(NO_FRAME);
  /** What is called beyond `NODES_MAX`. */
  readonly #rest: Node = createNode(NO_FRAME);
  readonly #stack: Node[] = [];
  #node: Node = this.#root;
  #count = 0;

  constructor(nodesMax: number = NODES_MAX) {
    this.#nodesMax = nodesMax;
  }

  /** Calls that have not ended. */
  get depth(): number {
    return this.#stack.length;
  }

  /** Fuel of what runs now. */
  spend(fuel: number): void {
    this.#node.self += fuel;
  }

  enter(frame: number): void {
    this.#stack.push(this.#node);
    this.#node = this.#find(this.#node, frame);
    this.#node.calls++;
  }

  /** A call that counts as a part of what runs now. */
  enterSame(): void {
    this.#stack.push(this.#node);
  }

  leave(): void {
    this.#node = this.#stack.pop() ?? this.#root;
  }

  /** The caller has paid for what runs now: it is this one's fuel. */
  takeOver(fuel: number): void {
    const caller = this.#stack.at(-1);
    if (caller === undefined) return;
    caller.self -= fuel;
    this.#node.self += fuel;
  }

  /** All calls are over, however they ended. */
  unwind(): void {
    this.#stack.length = 0;
    this.#node = this.#root;
  }

  /** What was called from outside; undefined frames in it are paths beyond the limit. */
  get calls(): readonly CallNode[] {
    const { children } = this.#rest;
    const own = readChildren(this.#root);
    return children.size === 0 ? own : [...own, readNode(this.#rest)];
  }

  /** Fuel that nobody who was called took. */
  get unassigned(): number {
    return this.#root.self;
  }

  #find(parent: Node, frame: number): Node {
    const known = parent.children.get(frame);
    if (known !== undefined) return known;
    const isFull = this.#count >= this.#nodesMax;
    const from = isFull ? this.#rest : parent;
    const existing = isFull ? from.children.get(frame) : undefined;
    const node = existing ?? createNode(frame);
    if (!isFull) this.#count++;
    from.children.set(frame, node);
    return node;
  }
}

function createNode(frame: number): Node {
  return { frame, children: new Map(), self: 0, calls: 0 };
}

/** Without recursion: a path may be as long as a guest's stack. */
function readNode(root: Node): CallNode {
  interface Read {
    readonly frame: number;
    readonly self: number;
    readonly calls: number;
    readonly children: Read[];
  }
  const copy = ({ frame, self, calls }: Node): Read => ({ frame, self, calls, children: [] });
  const top = copy(root);
  const open: [Node, Read][] = [[root, top]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [from, to] = next;
    for (const child of from.children.values()) {
      const read = copy(child);
      to.children.push(read);
      open.push([child, read]);
    }
  }
  return top;
}

function readChildren(node: Node): readonly CallNode[] {
  return readNode(node).children;
}

// AssemblyScript: objects, garbage collection, a map and strings. Compiled by asc, not by tsc.
// oxlint-disable-next-line typescript/ban-ts-comment -- i32 and u32 are types of its own
// @ts-nocheck

class Node {
  left: Node | null = null;
  right: Node | null = null;
  constructor(public key: i32) {}
}

function insert(node: Node | null, key: i32): Node {
  if (node === null) return new Node(key);
  if (key < node.key) node.left = insert(node.left, key);
  else if (key > node.key) node.right = insert(node.right, key);
  return node;
}

function sum(node: Node | null): i32 {
  return node === null ? 0 : node.key + sum(node.left) + sum(node.right);
}

export function run(times: i32): i32 {
  let total = 0;
  for (let time = 0; time < times; time++) {
    let root: Node | null = null;
    let random: u32 = 1 + time;
    for (let i = 0; i < 4000; i++) {
      random ^= random << 13;
      random ^= random >> 17;
      random ^= random << 5;
      root = insert(root, random & 0xffff);
    }
    const counts = new Map<i32, i32>();
    for (let i = 0; i < 2000; i++) counts.set((i * 7) % 1013, i);
    let text = "";
    for (let i = 0; i < 200; i++) text += i.toString();
    total += sum(root) + counts.size + text.length;
  }
  return total;
}

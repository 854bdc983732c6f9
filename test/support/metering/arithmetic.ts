import { assertNever } from "../../../host/src/lib/assert.ts";
import { Trap } from "./machine.ts";
import type { Binary } from "./program.ts";

/** On the 32 bits of both, as the instruction does. */
export function compute(op: Binary, left: number, right: number): number {
  switch (op) {
    case "add":
      return (left + right) | 0;
    case "sub":
      return (left - right) | 0;
    case "mul":
      return Math.imul(left, right);
    case "xor":
      return left ^ right;
    case "lt_u":
      return left >>> 0 < right >>> 0 ? 1 : 0;
    case "div_u":
      if (right === 0) throw new Trap();
      return ((left >>> 0) / (right >>> 0)) | 0;
    case "rem_u":
      if (right === 0) throw new Trap();
      return ((left >>> 0) % (right >>> 0)) | 0;
    default:
      return assertNever(op, "operation");
  }
}

import {
  BINARY,
  COUNTERS,
  FREE_LOCALS,
  type Body,
  type Expression,
  type Program,
  type Statement,
} from "./program.ts";

const FUNCTIONS = 4;
const DEPTH_MAX = 5;

/** Label kinds: blocks and loops take no value along, `value` blocks one. */
type Label = "plain" | "value";

/**
 * Builds a program from a list of numbers, so that a shorter list is a smaller program: each number
 * decides one thing, and when there are none left everything is a leaf.
 */
export function generateProgram(tape: readonly number[], mayThrow: boolean): Program {
  const generator = new Generator(tape, mayThrow);
  const functions = Array.from({ length: FUNCTIONS }, () => generator.body());
  return { functions, table: functions.map((_, index) => index) };
}

class Generator {
  readonly #tape: readonly number[];
  readonly #mayThrow: boolean;
  #at = 0;
  #labels: Label[] = [];
  #counters = 0;

  constructor(tape: readonly number[], mayThrow: boolean) {
    this.#tape = tape;
    this.#mayThrow = mayThrow;
  }

  body(): Body {
    // A function's own label takes its result along.
    this.#labels = ["value"];
    this.#counters = 0;
    return { statements: this.#statements(0), result: this.#expression(2) };
  }

  #pick(count: number): number {
    const value = this.#tape[this.#at++];
    return value === undefined ? 0 : value % count;
  }

  #statements(depth: number): Statement[] {
    const count = depth > DEPTH_MAX ? 0 : this.#pick(4);
    return Array.from({ length: count }, () => this.#statement(depth + 1));
  }

  #within<T>(label: Label, make: () => T): T {
    this.#labels.push(label);
    const made = make();
    this.#labels.pop();
    return made;
  }

  #statement(depth: number): Statement {
    switch (this.#pick(17)) {
      case 0:
        return { kind: "nop" };
      case 1:
      case 2:
        return { kind: "set", local: this.#pick(FREE_LOCALS), value: this.#expression(depth) };
      case 3:
        return { kind: "setGlobal", value: this.#expression(depth) };
      case 4:
        return { kind: "drop", value: this.#expression(depth) };
      case 5:
        return { kind: "store", address: this.#address(), value: this.#expression(depth) };
      case 6:
        return { kind: "fill", address: this.#address(), length: this.#length() };
      case 7:
      case 8:
        return this.#if(depth);
      case 9:
        return { kind: "block", body: this.#within("plain", () => this.#statements(depth)) };
      case 10:
        return { kind: "loop", body: this.#within("plain", () => this.#statements(depth)) };
      case 11:
      case 12:
        return this.#repeat(depth);
      case 13:
        return this.#brIf(depth);
      case 14:
        return this.#brTable(depth);
      case 15:
        return this.#leave(depth);
      default:
        return this.#try(depth);
    }
  }

  #if(depth: number): Statement {
    const condition = this.#expression(depth);
    return this.#within("plain", () => ({
      kind: "if",
      condition,
      yes: this.#statements(depth),
      no: this.#pick(2) === 1 ? this.#statements(depth) : undefined,
    }));
  }

  #repeat(depth: number): Statement {
    if (this.#counters === COUNTERS) return { kind: "nop" };
    const counter = FREE_LOCALS + this.#counters++;
    const times = 1 + this.#pick(6);
    const body = this.#within("plain", () => this.#statements(depth));
    this.#counters--;
    return { kind: "repeat", counter, times, body };
  }

  #try(depth: number): Statement {
    if (!this.#mayThrow) return { kind: "nop" };
    return this.#within("plain", () => {
      return { kind: "try", body: this.#statements(depth), handler: this.#statements(depth) };
    });
  }

  #label(kind: Label): number | undefined {
    const labels = this.#labels.toReversed().flatMap((label, at) => (label === kind ? [at] : []));
    return labels[this.#pick(Math.max(1, labels.length))];
  }

  #brIf(depth: number): Statement {
    const label = this.#label("plain");
    if (label === undefined) return { kind: "nop" };
    return { kind: "brIf", label, condition: this.#expression(depth) };
  }

  #brTable(depth: number): Statement {
    const labels = Array.from({ length: 1 + this.#pick(4) }, () => this.#label("plain"));
    const known = labels.filter((label) => label !== undefined);
    if (known.length === 0) return { kind: "nop" };
    return { kind: "brTable", labels: known, index: this.#expression(depth) };
  }

  #leave(depth: number): Statement {
    switch (this.#pick(5)) {
      case 0: {
        const label = this.#label("plain");
        return label === undefined ? { kind: "nop" } : { kind: "br", label };
      }
      case 1:
        return { kind: "trap" };
      case 2:
        return {
          kind: "tailCall",
          callee: this.#pick(FUNCTIONS),
          argument: this.#expression(depth),
        };
      case 3:
        return this.#mayThrow ? { kind: "throw" } : { kind: "nop" };
      default:
        return { kind: "return", value: this.#expression(depth) };
    }
  }

  #expression(depth: number): Expression {
    if (depth > DEPTH_MAX) return this.#leaf();
    switch (this.#pick(14)) {
      case 1:
      case 2:
      case 3: {
        const op = BINARY[this.#pick(BINARY.length)] ?? "add";
        return { kind: "binary", op, left: this.#expression(depth + 1), right: this.#leaf() };
      }
      case 4:
        return { kind: "load", address: this.#address() };
      case 5:
      case 6: {
        const argument = this.#expression(depth + 1);
        return { kind: "call", callee: this.#pick(FUNCTIONS), argument };
      }
      case 7:
        return { kind: "indirect", slot: this.#leaf(), argument: this.#expression(depth + 1) };
      case 8: {
        const condition = this.#expression(depth + 1);
        return this.#within("value", () => {
          const yes = this.#expression(depth + 1);
          return { kind: "choose", condition, yes, no: this.#expression(depth + 1) };
        });
      }
      case 9:
        return { kind: "grow", pages: { kind: "const", value: this.#pick(3) } };
      case 10:
        return this.#within("value", () => {
          const body = this.#statements(depth + 1);
          return { kind: "yield", body, value: this.#expression(depth + 1) };
        });
      case 11: {
        const label = this.#label("value");
        const value = this.#expression(depth + 1);
        if (label === undefined) return value;
        return { kind: "leaveIf", label, value, condition: this.#leaf() };
      }
      default:
        return this.#leaf();
    }
  }

  #leaf(): Expression {
    switch (this.#pick(4)) {
      case 1:
        return { kind: "get", local: this.#pick(FREE_LOCALS) };
      case 2:
        return { kind: "get", local: FREE_LOCALS + this.#pick(COUNTERS) };
      case 3:
        return { kind: "global" };
      default:
        return { kind: "const", value: this.#pick(6) };
    }
  }

  /** Mostly inside the first page; sometimes far outside. */
  #address(): Expression {
    const value = this.#pick(12) === 11 ? 0x7fff_ffff : this.#pick(1000) * 4;
    return { kind: "const", value };
  }

  #length(): Expression {
    return this.#pick(2) === 0 ? { kind: "const", value: this.#pick(5000) } : this.#leaf();
  }
}

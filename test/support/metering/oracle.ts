import { createHash } from "node:crypto";
import { assertNever } from "../../../host/src/lib/assert.ts";
import {
  COUNTERS,
  FREE_LOCALS,
  PAGES_MAX,
  PAGES_MIN,
  isControl,
  isNested,
  type Control,
  type Expression,
  type Nested,
  type Program,
  type Statement,
} from "./program.ts";

/** What an instruction costs by itself, and what work that depends on an operand costs. */
export interface Prices {
  readonly of: (instruction: string) => number;
  readonly entry: number;
  readonly bytes: (count: number) => number;
  readonly page: number;
}

export interface Verdict {
  readonly outcome: "returned" | "trapped" | "threw" | "endless";
  readonly result: number | undefined;
  readonly state: number;
  /** A digest of the memory. */
  readonly memory: string;
  /** The price of every instruction that was run, and of no other. */
  readonly spent: number;
}

const PAGE_BYTES = 65_536;
const STEPS_MAX = 20_000;
const DEPTH_MAX = 60;

class Trap extends Error {}
class Endless extends Error {}
class Thrown extends Error {}

/** Where control goes after a statement, when not to the next one. */
type Jump =
  | { readonly kind: "label"; readonly label: number; readonly value: number }
  | { readonly kind: "return"; readonly value: number };

/** Goes out of an expression. */
class Leave extends Error {
  readonly jump: Jump;
  constructor(jump: Jump) {
    super();
    this.jump = jump;
  }
}

export function digest(memory: Uint8Array): string {
  return createHash("sha1").update(memory).digest("hex");
}

/** Runs a program the slow way and counts what the definition of fuel says. */
export function judge(program: Program, argument: number, prices: Prices): Verdict {
  const machine = new Machine(program, prices);
  return machine.run(argument);
}

class Machine {
  readonly #program: Program;
  readonly #prices: Prices;
  #memory = new Uint8Array(PAGES_MIN * PAGE_BYTES);
  #state = 7;
  #spent = 0;
  #steps = 0;
  #depth = 0;

  constructor(program: Program, prices: Prices) {
    this.#program = program;
    this.#prices = prices;
  }

  run(argument: number): Verdict {
    let outcome: Verdict["outcome"] = "returned";
    let result: number | undefined;
    try {
      result = this.#call(0, argument);
    } catch (error) {
      if (error instanceof Trap) outcome = "trapped";
      else if (error instanceof Thrown) outcome = "threw";
      else if (error instanceof Endless) outcome = "endless";
      else throw error;
    }
    const memory = digest(this.#memory);
    return { outcome, result, state: this.#state, memory, spent: this.#spent };
  }

  #step(instruction: string): void {
    this.#spent += this.#prices.of(instruction);
    if (++this.#steps > STEPS_MAX) throw new Endless();
  }

  #call(index: number, argument: number): number {
    const body = this.#program.functions[index];
    if (body === undefined || ++this.#depth > DEPTH_MAX) throw new Endless();
    this.#spent += this.#prices.entry;
    const locals = new Int32Array(FREE_LOCALS + COUNTERS);
    locals[0] = argument;
    try {
      const jump = this.#all(body.statements, locals);
      return jump === undefined ? this.#value(body.result, locals) : jump.value;
    } catch (error) {
      if (error instanceof Leave) return error.jump.value;
      throw error;
    } finally {
      this.#depth--;
    }
  }

  #all(statements: readonly Statement[], locals: Int32Array): Jump | undefined {
    for (const statement of statements) {
      const jump = this.#run(statement, locals);
      if (jump !== undefined) return jump;
    }
    return undefined;
  }

  /** Runs what stands in a block; a jump to its label ends there. */
  #block(body: () => Jump | undefined): Jump | "ended" | "reached" {
    const jump = catchLeave(body);
    if (jump === undefined) return "ended";
    if (jump.kind === "return") return jump;
    return jump.label === 0 ? "reached" : { ...jump, label: jump.label - 1 };
  }

  #inBlock(body: () => Jump | undefined): Jump | undefined {
    const end = this.#block(body);
    return typeof end === "string" ? undefined : end;
  }

  #inLoop(body: () => Jump | undefined): Jump | undefined {
    for (;;) {
      const end = this.#block(body);
      if (end === "reached") continue;
      return end === "ended" ? undefined : end;
    }
  }

  #run(statement: Statement, locals: Int32Array): Jump | undefined {
    if (isControl(statement)) return this.#control(statement, locals);
    switch (statement.kind) {
      case "nop":
        this.#step("nop");
        return undefined;
      case "trap":
        this.#step("unreachable");
        throw new Trap();
      case "throw":
        this.#step("throw");
        throw new Thrown();
      case "set": {
        locals[statement.local] = this.#value(statement.value, locals);
        this.#step("local.set");
        return undefined;
      }
      case "setGlobal":
        this.#state = this.#value(statement.value, locals);
        this.#step("global.set");
        return undefined;
      case "drop":
        this.#value(statement.value, locals);
        this.#step("drop");
        return undefined;
      case "store":
      case "fill":
        return this.#write(statement, locals);
      case "return": {
        const value = this.#value(statement.value, locals);
        this.#step("return");
        return { kind: "return", value };
      }
      case "tailCall": {
        const argument = this.#value(statement.argument, locals);
        this.#step("return_call");
        return { kind: "return", value: this.#call(statement.callee, argument) };
      }
      default:
        return assertNever(statement, "statement");
    }
  }

  #write(statement: Statement & { kind: "store" | "fill" }, locals: Int32Array): undefined {
    const address = this.#value(statement.address, locals) >>> 0;
    if (statement.kind === "store") {
      const value = this.#value(statement.value, locals);
      this.#step("i32.store");
      this.#checkRange(address, 4);
      new DataView(this.#memory.buffer).setInt32(address, value, true);
      return;
    }
    this.#step("i32.const");
    const length = this.#value(statement.length, locals) >>> 0;
    this.#step("memory.fill");
    this.#checkRange(address, length);
    this.#spent += this.#prices.bytes(length);
    this.#memory.fill(5, address, address + length);
  }

  #control(statement: Control, locals: Int32Array): Jump | undefined {
    switch (statement.kind) {
      case "if": {
        const condition = this.#value(statement.condition, locals);
        this.#step("if");
        const arm = condition === 0 ? (statement.no ?? []) : statement.yes;
        return this.#inBlock(() => this.#all(arm, locals));
      }
      case "block":
        return this.#inBlock(() => this.#all(statement.body, locals));
      case "loop":
        return this.#inLoop(() => this.#all(statement.body, locals));
      case "repeat":
        return this.#repeat(statement, locals);
      case "try":
        return this.#inBlock(() => {
          try {
            return this.#all(statement.body, locals);
          } catch (error) {
            if (!(error instanceof Thrown)) throw error;
            return this.#all(statement.handler, locals);
          }
        });
      case "br":
        this.#step("br");
        return { kind: "label", label: statement.label, value: 0 };
      case "brIf": {
        const condition = this.#value(statement.condition, locals);
        this.#step("br_if");
        return condition === 0 ? undefined : { kind: "label", label: statement.label, value: 0 };
      }
      case "brTable": {
        const index = this.#value(statement.index, locals) >>> 0;
        this.#step("br_table");
        const label = statement.labels[index] ?? statement.labels.at(-1) ?? 0;
        return { kind: "label", label, value: 0 };
      }
      default:
        return assertNever(statement, "control");
    }
  }

  #repeat(statement: Statement & { kind: "repeat" }, locals: Int32Array): Jump | undefined {
    const { counter, times, body } = statement;
    this.#step("i32.const");
    locals[counter] = times;
    this.#step("local.set");
    return this.#inLoop(() => {
      const jump = this.#all(body, locals);
      if (jump !== undefined) return jump;
      for (const name of ["local.get", "i32.const", "i32.sub", "local.tee", "br_if"])
        this.#step(name);
      const left = (locals[counter] ?? 0) - 1;
      locals[counter] = left;
      return left === 0 ? undefined : { kind: "label", label: 0, value: 0 };
    });
  }

  #value(expression: Expression, locals: Int32Array): number {
    if (isNested(expression)) return this.#nested(expression, locals);
    switch (expression.kind) {
      case "const":
        this.#step("i32.const");
        return expression.value | 0;
      case "get":
        this.#step("local.get");
        return locals[expression.local] ?? 0;
      case "global":
        this.#step("global.get");
        return this.#state;
      case "binary": {
        const left = this.#value(expression.left, locals);
        const right = this.#value(expression.right, locals);
        this.#step(`i32.${expression.op}`);
        return compute(expression.op, left, right);
      }
      case "load": {
        const address = this.#value(expression.address, locals) >>> 0;
        this.#step("i32.load");
        this.#checkRange(address, 4);
        return new DataView(this.#memory.buffer).getInt32(address, true);
      }
      case "call": {
        const argument = this.#value(expression.argument, locals);
        this.#step("call");
        return this.#call(expression.callee, argument);
      }
      case "indirect":
        return this.#callIndirect(expression, locals);
      case "grow":
        return this.#grow(this.#valueOf(expression.pages, locals, "memory.grow") >>> 0);
      default:
        return assertNever(expression, "expression");
    }
  }

  #valueOf(expression: Expression, locals: Int32Array, then: string): number {
    const value = this.#value(expression, locals);
    this.#step(then);
    return value;
  }

  #nested(expression: Nested, locals: Int32Array): number {
    switch (expression.kind) {
      case "choose": {
        const condition = this.#valueOf(expression.condition, locals, "if");
        const arm = condition === 0 ? expression.no : expression.yes;
        return this.#inValueBlock(() => this.#value(arm, locals));
      }
      case "yield":
        return this.#inValueBlock(() => {
          const jump = this.#all(expression.body, locals);
          if (jump !== undefined) throw new Leave(jump);
          return this.#value(expression.value, locals);
        });
      case "leaveIf": {
        const value = this.#value(expression.value, locals);
        const condition = this.#valueOf(expression.condition, locals, "br_if");
        if (condition !== 0) throw new Leave({ kind: "label", label: expression.label, value });
        return value;
      }
      default:
        return assertNever(expression, "nested expression");
    }
  }

  #inValueBlock(body: () => number): number {
    try {
      return body();
    } catch (error) {
      if (!(error instanceof Leave) || error.jump.kind === "return") throw error;
      const { label, value } = error.jump;
      if (label === 0) return value;
      throw new Leave({ kind: "label", label: label - 1, value });
    }
  }

  #callIndirect(expression: Expression & { kind: "indirect" }, locals: Int32Array): number {
    const argument = this.#value(expression.argument, locals);
    const slot = this.#valueOf(expression.slot, locals, "call_indirect") >>> 0;
    const callee = this.#program.table[slot];
    if (callee === undefined) throw new Trap();
    return this.#call(callee, argument);
  }

  #grow(pages: number): number {
    const before = this.#memory.length / PAGE_BYTES;
    if (before + pages > PAGES_MAX) return -1;
    this.#spent += pages * this.#prices.page;
    const grown = new Uint8Array((before + pages) * PAGE_BYTES);
    grown.set(this.#memory);
    this.#memory = grown;
    return before;
  }

  #checkRange(address: number, length: number): void {
    if (address + length > this.#memory.length) throw new Trap();
  }
}

function catchLeave(body: () => Jump | undefined): Jump | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof Leave) return error.jump;
    throw error;
  }
}

function compute(op: string, left: number, right: number): number {
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
    default:
      if (right === 0) throw new Trap();
      return ((left >>> 0) % (right >>> 0)) | 0;
  }
}

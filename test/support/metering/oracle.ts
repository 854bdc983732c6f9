import { assertNever } from "../../../host/src/lib/assert.ts";
import { compute } from "./arithmetic.ts";
import { Leave, catchLeave, type Jump } from "./jump.ts";
import { Endless, Machine, Thrown, Trap, type Prices } from "./machine.ts";
import {
  COUNTERS,
  FREE_LOCALS,
  isControl,
  isNested,
  type Control,
  type Expression,
  type Nested,
  type Program,
  type Statement,
} from "./program.ts";

export interface Verdict {
  readonly outcome: "returned" | "trapped" | "threw" | "endless";
  readonly result: number | undefined;
  readonly state: number;
  /** A digest of the memory. */
  readonly memory: string;
  /** The price of every instruction that was run, and of no other. */
  readonly spent: number;
}

const COUNT_DOWN = ["local.get", "i32.const", "i32.sub", "local.tee", "br_if"];

/** Runs a program the slow way and counts by the definition of fuel. */
export function judge(program: Program, argument: number, prices: Prices): Verdict {
  return new Interpreter(program, new Machine(prices)).run(argument);
}

class Interpreter {
  readonly #program: Program;
  readonly #machine: Machine;

  constructor(program: Program, machine: Machine) {
    this.#program = program;
    this.#machine = machine;
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
    const { state, memoryDigest: memory, spent } = this.#machine;
    return { outcome, result, state, memory, spent };
  }

  #call(index: number, argument: number): number {
    const body = this.#program.functions[index];
    if (body === undefined) throw new Trap();
    this.#machine.enter();
    const locals = new Int32Array(FREE_LOCALS + COUNTERS);
    locals[0] = argument;
    try {
      const jump = this.#all(body.statements, locals);
      return jump === undefined ? this.#value(body.result, locals) : jump.value;
    } catch (error) {
      if (error instanceof Leave) return error.jump.value;
      throw error;
    } finally {
      this.#machine.leave();
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
        this.#machine.step("nop");
        return undefined;
      case "trap":
        this.#machine.step("unreachable");
        throw new Trap();
      case "throw":
        this.#machine.step("throw");
        throw new Thrown();
      case "set":
        locals[statement.local] = this.#valueOf(statement.value, locals, "local.set");
        return undefined;
      case "setGlobal":
        this.#machine.state = this.#valueOf(statement.value, locals, "global.set");
        return undefined;
      case "drop":
        this.#valueOf(statement.value, locals, "drop");
        return undefined;
      case "store":
      case "fill":
        return this.#write(statement, locals);
      case "return": {
        const value = this.#value(statement.value, locals);
        this.#machine.step("return");
        return { kind: "return", value };
      }
      case "tailCall": {
        const argument = this.#value(statement.argument, locals);
        this.#machine.step("return_call");
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
      this.#machine.step("i32.store");
      this.#machine.store(address, value);
      return;
    }
    this.#machine.step("i32.const");
    const length = this.#value(statement.length, locals) >>> 0;
    this.#machine.step("memory.fill");
    this.#machine.fill(address, length);
  }

  #control(statement: Control, locals: Int32Array): Jump | undefined {
    switch (statement.kind) {
      case "if": {
        const condition = this.#value(statement.condition, locals);
        this.#machine.step("if");
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
        this.#machine.step("br");
        return { kind: "label", label: statement.label, value: 0 };
      case "brIf": {
        const condition = this.#value(statement.condition, locals);
        this.#machine.step("br_if");
        return condition === 0 ? undefined : { kind: "label", label: statement.label, value: 0 };
      }
      case "brTable": {
        const index = this.#value(statement.index, locals) >>> 0;
        this.#machine.step("br_table");
        const label = statement.labels[index] ?? statement.labels.at(-1) ?? 0;
        return { kind: "label", label, value: 0 };
      }
      default:
        return assertNever(statement, "control");
    }
  }

  #repeat(statement: Statement & { kind: "repeat" }, locals: Int32Array): Jump | undefined {
    const { counter, times, body } = statement;
    this.#machine.step("i32.const");
    locals[counter] = times;
    this.#machine.step("local.set");
    return this.#inLoop(() => {
      const jump = this.#all(body, locals);
      if (jump !== undefined) return jump;
      for (const name of COUNT_DOWN) this.#machine.step(name);
      const left = (locals[counter] ?? 0) - 1;
      locals[counter] = left;
      return left === 0 ? undefined : { kind: "label", label: 0, value: 0 };
    });
  }

  #value(expression: Expression, locals: Int32Array): number {
    if (isNested(expression)) return this.#nested(expression, locals);
    switch (expression.kind) {
      case "const":
        this.#machine.step("i32.const");
        return expression.value | 0;
      case "get":
        this.#machine.step("local.get");
        return locals[expression.local] ?? 0;
      case "global":
        this.#machine.step("global.get");
        return this.#machine.state;
      case "binary": {
        const left = this.#value(expression.left, locals);
        const right = this.#value(expression.right, locals);
        this.#machine.step(`i32.${expression.op}`);
        return compute(expression.op, left, right);
      }
      case "load": {
        const address = this.#value(expression.address, locals) >>> 0;
        this.#machine.step("i32.load");
        return this.#machine.load(address);
      }
      case "call": {
        const argument = this.#value(expression.argument, locals);
        this.#machine.step("call");
        return this.#call(expression.callee, argument);
      }
      case "indirect":
        return this.#callIndirect(expression, locals);
      case "grow":
        return this.#machine.grow(this.#valueOf(expression.pages, locals, "memory.grow") >>> 0);
      default:
        return assertNever(expression, "expression");
    }
  }

  #valueOf(expression: Expression, locals: Int32Array, then: string): number {
    const value = this.#value(expression, locals);
    this.#machine.step(then);
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
}

import { assertNever } from "../../../host/src/lib/assert.ts";
import {
  COUNTERS,
  FREE_LOCALS,
  PAGES_MAX,
  PAGES_MIN,
  type Body,
  type Expression,
  type Program,
  type Statement,
} from "./program.ts";

/** The text format, one function a line. Function 0 is exported as `run`. */
export function printProgram({ functions, table }: Program): string {
  return `(module
    (type $one (func (param i32) (result i32)))
    (tag $oops)
    (memory (export "memory") ${PAGES_MIN} ${PAGES_MAX})
    (table ${table.length} funcref)
    (elem (i32.const 0) ${table.map((index) => `$f${index}`).join(" ")})
    (global $state (export "state") (mut i32) (i32.const 7))
    ${functions.map(printFunction).join("\n")}
    (export "run" (func $f0)))`;
}

function printFunction(body: Body, index: number): string {
  const locals = Array.from({ length: FREE_LOCALS + COUNTERS - 1 }, () => "i32").join(" ");
  const code = `${printAll(body.statements)} ${print(body.result)}`;
  return `(func $f${index} (type $one) (local ${locals}) ${code})`;
}

function printAll(statements: readonly Statement[]): string {
  return statements.map(printStatement).join(" ");
}

function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case "nop":
      return "nop";
    case "trap":
      return "unreachable";
    case "throw":
      return "throw $oops";
    case "set":
      return `${print(statement.value)} local.set ${statement.local}`;
    case "setGlobal":
      return `${print(statement.value)} global.set $state`;
    case "drop":
      return `${print(statement.value)} drop`;
    case "store":
      return `${print(statement.address)} ${print(statement.value)} i32.store`;
    case "fill":
      return `${print(statement.address)} i32.const 5 ${print(statement.length)} memory.fill`;
    case "if":
      return printIf(statement);
    case "block":
      return `block ${printAll(statement.body)} end`;
    case "loop":
      return `loop ${printAll(statement.body)} end`;
    case "repeat":
      return printRepeat(statement);
    case "try":
      return `try ${printAll(statement.body)} catch_all ${printAll(statement.handler)} end`;
    case "br":
      return `br ${statement.label}`;
    case "brIf":
      return `${print(statement.condition)} br_if ${statement.label}`;
    case "brTable":
      return `${print(statement.index)} br_table ${statement.labels.join(" ")}`;
    case "return":
      return `${print(statement.value)} return`;
    case "tailCall":
      return `${print(statement.argument)} return_call $f${statement.callee}`;
    default:
      return assertNever(statement, "statement");
  }
}

function printIf({ condition, yes, no }: Statement & { kind: "if" }): string {
  const arm = no === undefined ? "" : `else ${printAll(no)}`;
  return `${print(condition)} if ${printAll(yes)} ${arm} end`;
}

function printRepeat({ counter, times, body }: Statement & { kind: "repeat" }): string {
  const countDown = `local.get ${counter} i32.const 1 i32.sub local.tee ${counter} br_if 0`;
  return `i32.const ${times} local.set ${counter} loop ${printAll(body)} ${countDown} end`;
}

function print(expression: Expression): string {
  switch (expression.kind) {
    case "const":
      return `i32.const ${expression.value}`;
    case "get":
      return `local.get ${expression.local}`;
    case "global":
      return "global.get $state";
    case "binary":
      return `${print(expression.left)} ${print(expression.right)} i32.${expression.op}`;
    case "load":
      return `${print(expression.address)} i32.load`;
    case "call":
      return `${print(expression.argument)} call $f${expression.callee}`;
    case "indirect":
      return `${print(expression.argument)} ${print(expression.slot)} call_indirect (type $one)`;
    case "choose": {
      const { condition, yes, no } = expression;
      return `${print(condition)} if (result i32) ${print(yes)} else ${print(no)} end`;
    }
    case "grow":
      return `${print(expression.pages)} memory.grow`;
    case "yield":
      return `block (result i32) ${printAll(expression.body)} ${print(expression.value)} end`;
    case "leaveIf":
      return `${print(expression.value)} ${print(expression.condition)} br_if ${expression.label}`;
    default:
      return assertNever(expression, "expression");
  }
}

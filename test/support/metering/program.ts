/**
 * Small programs for the oracle: a tree that is printed as WebAssembly text and interpreted as it
 * stands. Everything is an i32; all functions take one and return one.
 */
export interface Program {
  readonly functions: readonly Body[];
  /** Functions by slot of the table. */
  readonly table: readonly number[];
}

export interface Body {
  readonly statements: readonly Statement[];
  readonly result: Expression;
}

export const BINARY = ["add", "sub", "mul", "xor", "lt_u", "div_u", "rem_u"] as const;
export type Binary = (typeof BINARY)[number];

export type Expression =
  | { readonly kind: "const"; readonly value: number }
  | { readonly kind: "get"; readonly local: number }
  | { readonly kind: "global" }
  | {
      readonly kind: "binary";
      readonly op: Binary;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "load"; readonly address: Expression }
  | { readonly kind: "call"; readonly callee: number; readonly argument: Expression }
  | { readonly kind: "indirect"; readonly slot: Expression; readonly argument: Expression }
  | {
      readonly kind: "choose";
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | { readonly kind: "grow"; readonly pages: Expression }
  /** A block with a result, which `leaveIf` can leave early. */
  | { readonly kind: "yield"; readonly body: readonly Statement[]; readonly value: Expression }
  | {
      readonly kind: "leaveIf";
      readonly label: number;
      readonly value: Expression;
      readonly condition: Expression;
    };

export type Statement =
  | { readonly kind: "nop" }
  | { readonly kind: "trap" }
  | { readonly kind: "throw" }
  | { readonly kind: "set"; readonly local: number; readonly value: Expression }
  | { readonly kind: "setGlobal"; readonly value: Expression }
  | { readonly kind: "drop"; readonly value: Expression }
  | { readonly kind: "store"; readonly address: Expression; readonly value: Expression }
  | { readonly kind: "fill"; readonly address: Expression; readonly length: Expression }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[] | undefined;
    }
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | { readonly kind: "loop"; readonly body: readonly Statement[] }
  /** A loop that runs `times`, counted in a local of its own. */
  | {
      readonly kind: "repeat";
      readonly counter: number;
      readonly times: number;
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: "try";
      readonly body: readonly Statement[];
      readonly handler: readonly Statement[];
    }
  | { readonly kind: "br"; readonly label: number }
  | { readonly kind: "brIf"; readonly label: number; readonly condition: Expression }
  | {
      readonly kind: "brTable";
      readonly labels: readonly number[];
      readonly index: Expression;
    }
  | { readonly kind: "return"; readonly value: Expression }
  | { readonly kind: "tailCall"; readonly callee: number; readonly argument: Expression };

/** Statements with labels or branches. */
export type Control = Extract<
  Statement,
  { readonly kind: "if" | "block" | "loop" | "repeat" | "try" | "br" | "brIf" | "brTable" }
>;

/** Expressions with labels or branches. */
export type Nested = Extract<Expression, { readonly kind: "choose" | "yield" | "leaveIf" }>;

const CONTROL = new Set(["if", "block", "loop", "repeat", "try", "br", "brIf", "brTable"]);
const NESTED = new Set(["choose", "yield", "leaveIf"]);

export function isControl(statement: Statement): statement is Control {
  return CONTROL.has(statement.kind);
}

export function isNested(expression: Expression): expression is Nested {
  return NESTED.has(expression.kind);
}

/** Locals that statements set freely; those of counted loops come behind them. */
export const FREE_LOCALS = 3;
export const COUNTERS = 4;

export const PAGES_MIN = 1;
export const PAGES_MAX = 3;

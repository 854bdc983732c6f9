import { BackworksError } from "../lib/errors.ts";

/** One template as written. */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number }
  | { readonly kind: "reference"; readonly name: string; readonly fallback: string | undefined }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] };

/** A string is a list of these: text as it is, and what takes the place of templates. */
export type Piece = string | Expression;

const OPENING = /\$\$\{|\\\{\{|\$\{|\{\{\{?/g;
const SPACE = /\s*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?![\w.])/y;
const TEXT = /"([^"]*)"|'([^']*)'/y;
const NAME = /[A-Za-z_][\w-]*(?:\.(?:[\w-]+|\*))*/y;
const FALLBACK = /:-([^}]*)/y;
/** Deeper calls help nobody, and each level is one of ours on the stack. */
const DEPTH_MAX = 16;

/**
 * Takes a string with templates apart. Two ways of writing them: `${name}`, `${name:-default}`,
 * `${f(a, b)}` and, as in Handlebars, `{{name}}`, `{{f a b}}`, `{{f (g) b}}`. `$${` and `\{{` stand
 * for themselves. Throws `config_invalid`, which says at which character.
 */
export function parseTemplate(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = "";
  let at = 0;
  for (;;) {
    OPENING.lastIndex = at;
    const opening = OPENING.exec(text);
    literal += text.slice(at, opening?.index);
    if (opening === null) break;
    const [open] = opening;
    at = opening.index + open.length;
    if (open === "$${" || open === "\\{{") {
      literal += open.slice(1);
      continue;
    }
    const parser = new Parser(text, at);
    const expression = open === "${" ? parser.dollar() : parser.braces("}".repeat(open.length));
    if (literal !== "") pieces.push(literal);
    pieces.push(expression);
    literal = "";
    at = parser.at;
  }
  if (literal !== "" || pieces.length === 0) pieces.push(literal);
  return pieces;
}

class Parser {
  readonly #text: string;
  at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  dollar(): Expression {
    const expression = this.#expression(0);
    const fallback = this.#take(FALLBACK);
    if (fallback !== undefined && expression.kind !== "reference") {
      throw this.#unexpected("} (only names can have a default)");
    }
    this.#expect("}");
    if (expression.kind !== "reference") return expression;
    return { ...expression, fallback: fallback?.[1] };
  }

  braces(close: string): Expression {
    const expression = this.#words(0);
    this.#expect(close);
    return expression;
  }

  /** A name with its arguments behind it, up to what closes them. */
  #words(depth: number): Expression {
    const head = this.#expression(depth);
    const args: Expression[] = [];
    while (!this.#isClosing()) args.push(this.#word(depth + 1));
    if (args.length === 0) return head;
    if (head.kind !== "reference") throw this.#unexpected("a name before its arguments");
    return { kind: "call", name: head.name, args };
  }

  #word(depth: number): Expression {
    if (!this.#sees("(")) return this.#expression(depth);
    this.#expect("(");
    const inner = this.#words(depth);
    this.#expect(")");
    return inner;
  }

  #expression(depth: number): Expression {
    if (depth > DEPTH_MAX) throw this.#unexpected(`at most ${DEPTH_MAX} calls inside each other`);
    this.#take(SPACE);
    const number = this.#take(NUMBER);
    if (number !== undefined) return { kind: "literal", value: Number(number[0]) };
    const text = this.#take(TEXT);
    if (text !== undefined) return { kind: "literal", value: text[1] ?? text[2] ?? "" };
    const name = this.#take(NAME)?.[0];
    if (name === undefined) throw this.#unexpected("a name, a number or a text in quotes");
    // Only a parenthesis right behind the name: in `{{f (g) 1}}` it begins an argument.
    if (this.#text[this.at] !== "(") return { kind: "reference", name, fallback: undefined };
    return { kind: "call", name, args: this.#list(depth + 1) };
  }

  #list(depth: number): Expression[] {
    this.#expect("(");
    const args: Expression[] = [];
    while (!this.#sees(")")) {
      if (args.length > 0) this.#expect(",");
      args.push(this.#expression(depth));
    }
    this.#expect(")");
    return args;
  }

  #isClosing(): boolean {
    return this.#sees("}") || this.#sees(")") || this.at === this.#text.length;
  }

  #sees(token: string): boolean {
    this.#take(SPACE);
    return this.#text.startsWith(token, this.at);
  }

  #expect(token: string): void {
    if (!this.#sees(token)) throw this.#unexpected(token);
    this.at += token.length;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }

  #unexpected(expected: string): BackworksError {
    const rest = this.#text.slice(this.at, this.at + 20);
    const found = rest === "" ? "the end of the text" : JSON.stringify(rest);
    return new BackworksError(
      "config_invalid",
      `at character ${this.at + 1}: expected ${expected}, found ${found}`,
    );
  }
}

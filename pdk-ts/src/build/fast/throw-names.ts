import type * as assemblyscript from "assemblyscript";
import { visitNodes } from "./visit-nodes.ts";

type Compiler = typeof assemblyscript;

/** Their first parameter is the message, and nothing else happens in their constructors. */
const ERRORS: ReadonlySet<string> = new Set([
  "Error",
  "RangeError",
  "TypeError",
  "SyntaxError",
  "URIError",
]);

/** A class of the bindings: what is thrown where it is used may be one. */
export const REQUEST_ERROR = "RequestError";

/** The text of an error, unless that answers the request: its name for sources, and its own. */
export const TEXT_OR_ANSWER = [
  "__backworks_text_or_answer",
  "~lib/@backworks/pdk/request-error/textOrAnswer",
] as const;

/**
 * Makes the message of every `throw` say the error's name: the compiler hands on the first argument
 * of `throw new …` alone, and nothing at all of `throw error`. With `mayAnswer` a `RequestError`
 * becomes the answer that it stands for.
 */
export function nameThrownErrors(
  compiler: Compiler,
  sources: readonly assemblyscript.Source[],
  mayAnswer: boolean,
): void {
  const statements = sources.flatMap((source) => source.statements);
  visitNodes(compiler, statements, (node) => {
    if (!(node instanceof compiler.ThrowStatement)) return;
    node.value = named(compiler, node.value, mayAnswer);
  });
}

function named(
  compiler: Compiler,
  thrown: assemblyscript.Expression,
  mayAnswer: boolean,
): assemblyscript.Expression {
  const { Node, NewExpression } = compiler;
  const { range } = thrown;
  const name = thrown instanceof NewExpression ? thrown.typeName.identifier.text : "";
  const isPlain = thrown instanceof NewExpression && ERRORS.has(name);
  const message = isPlain
    ? createTitled(compiler, name, thrown)
    : createText(compiler, thrown, mayAnswer);
  const error = Node.createSimpleTypeName("Error", range);
  return Node.createNewExpression(error, null, [message], range);
}

/** `Name: message`, which costs nothing until it is thrown. */
function createTitled(
  { Node }: Compiler,
  name: string,
  { args, range }: assemblyscript.NewExpression,
): assemblyscript.Expression {
  const title = args.length === 0 ? name : `${name}: `;
  const parts = [title, ...args.map(() => "")];
  return Node.createTemplateLiteralExpression(null, parts, parts, args, range);
}

function createText(
  { Node }: Compiler,
  thrown: assemblyscript.Expression,
  mayAnswer: boolean,
): assemblyscript.Expression {
  const { range } = thrown;
  if (mayAnswer) {
    const text = Node.createIdentifierExpression(TEXT_OR_ANSWER[0], range);
    return Node.createCallExpression(text, null, [thrown], range);
  }
  const method = Node.createPropertyAccessExpression(
    Node.createParenthesizedExpression(thrown, range),
    Node.createIdentifierExpression("toString", range),
    range,
  );
  return Node.createCallExpression(method, null, [], range);
}

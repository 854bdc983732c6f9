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

/**
 * Makes the message of every `throw` say the error's name: the compiler hands on the first argument
 * of `throw new …` alone, and nothing at all of `throw error`.
 */
export function nameThrownErrors(
  compiler: Compiler,
  sources: readonly assemblyscript.Source[],
): void {
  const statements = sources.flatMap((source) => source.statements);
  visitNodes(compiler, statements, (node) => {
    if (node instanceof compiler.ThrowStatement) node.value = named(compiler, node.value);
  });
}

function named(
  { Node, NewExpression }: Compiler,
  thrown: assemblyscript.Expression,
): assemblyscript.Expression {
  const { range } = thrown;
  const name = thrown instanceof NewExpression ? thrown.typeName.identifier.text : "";
  let message: assemblyscript.Expression;
  if (thrown instanceof NewExpression && ERRORS.has(name)) {
    const title = thrown.args.length === 0 ? name : `${name}: `;
    const parts = [title, ...thrown.args.map(() => "")];
    message = Node.createTemplateLiteralExpression(null, parts, parts, thrown.args, range);
  } else {
    const method = Node.createPropertyAccessExpression(
      Node.createParenthesizedExpression(thrown, range),
      Node.createIdentifierExpression("toString", range),
      range,
    );
    message = Node.createCallExpression(method, null, [], range);
  }
  const error = Node.createSimpleTypeName("Error", range);
  return Node.createNewExpression(error, null, [message], range);
}

import type * as assemblyscript from "assemblyscript";
import { visitNodes } from "./visit-nodes.ts";

type Compiler = typeof assemblyscript;

const PDK = "@backworks/pdk";

/** Where a source first uses what it imports from the bindings, by its name there. */
export type PdkUses = ReadonlyMap<string, assemblyscript.Range>;

/** Finds what each of these files imports by name, or by `import * as`, and then names. */
export function findPdkUses(
  compiler: Compiler,
  sources: readonly assemblyscript.Source[],
): PdkUses {
  const uses = new Map<string, assemblyscript.Range>();
  for (const source of sources) {
    const { names, namespaces } = readImports(compiler, source);
    const add = (name: string | undefined, range: assemblyscript.Range): void => {
      if (name !== undefined && !uses.has(name)) uses.set(name, range);
    };
    const used = source.statements.filter((node) => !(node instanceof compiler.ImportStatement));
    visitNodes(compiler, used, (node) => {
      if (node instanceof compiler.PropertyAccessExpression) {
        const { expression, property } = node;
        const isOfNamespace =
          expression instanceof compiler.IdentifierExpression && namespaces.has(expression.text);
        if (isOfNamespace) add(property.text, node.range);
      }
      if (node instanceof compiler.TypeName && namespaces.has(node.identifier.text)) {
        add(node.next?.identifier.text, node.range);
      }
      if (node instanceof compiler.IdentifierExpression) add(names.get(node.text), node.range);
    });
  }
  return uses;
}

function readImports(
  { ImportStatement }: Compiler,
  { statements }: assemblyscript.Source,
): { readonly names: ReadonlyMap<string, string>; readonly namespaces: ReadonlySet<string> } {
  const names = new Map<string, string>();
  const namespaces = new Set<string>();
  for (const statement of statements) {
    if (!(statement instanceof ImportStatement) || statement.path.value !== PDK) continue;
    const { declarations, namespaceName } = statement;
    if (namespaceName !== null) namespaces.add(namespaceName.text);
    for (const { name, foreignName } of declarations ?? []) names.set(name.text, foreignName.text);
  }
  return { names, namespaces };
}

import type { ErrorCode } from "../lib/errors.ts";
import { typed } from "./interpolate.ts";
import { nodeAt, parsePointer, positionAt, printPath, toJson, valuePositionAt } from "./node.ts";
import type { ConfigNode } from "./node.ts";
import type { Problems } from "./problems.ts";
import type { SchemaCheck } from "./schema.ts";
import type { SchemaProblem } from "./schema-problem.ts";

const CODES: Readonly<Record<SchemaProblem["kind"], ErrorCode>> = {
  unknown_key: "config_unknown_key",
  missing_key: "config_invalid",
  invalid_key: "config_invalid",
  invalid_value: "config_invalid",
};

/** Checks a configuration against a schema; says for each problem where it is and what was expected. */
export function validate(root: ConfigNode, check: SchemaCheck, problems: Problems): void {
  for (const problem of check(toJson(root))) {
    const path = parsePointer(problem.pointer);
    const node = nodeAt(root, path);
    // A value whose variable is missing was replaced by nothing: what the schema says of that is noise.
    if (node?.kind === "scalar" && node.variables.length > 0 && problems.has(node.position))
      continue;
    const label = path.length === 0 ? "the file" : printPath(path);
    const message = `${label}: ${withoutSecrets(problem, node)}`;
    const place = problem.kind === "invalid_value" ? valuePositionAt : positionAt;
    problems.add(CODES[problem.kind], message, place(root, path));
  }
}

/** What came from the environment may be a password: the message names the variable instead. */
function withoutSecrets(problem: SchemaProblem, node: ConfigNode | undefined): string {
  if (problem.kind !== "invalid_value" || node?.kind !== "scalar" || node.variables.length === 0) {
    return problem.message;
  }
  const names = node.variables.map((name) => `\${${name}}`).join(", ");
  const quoted = typeof node.value === "string" && typed(node.value) !== node.value;
  const hint = quoted && !node.plain ? ", as text: remove the quotes around it" : "";
  return `expected ${problem.expected}, found another value from ${names}${hint}`;
}

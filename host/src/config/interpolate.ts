import { nearest } from "../lib/suggest.ts";
import type { ConfigNode, MapEntry, ScalarNode } from "./node.ts";
import type { Problems } from "./problems.ts";

/** The variables a configuration may use: handed in, never read from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `${NAME}` with an upper-case name, and the escape `$${NAME}`. Everything else that begins with `${`
 * is a template of a mock response (`${path.id}`, `${now()}`, `${query.limit:-10}`) and stays.
 */
const REFERENCE = /(\$?)\$\{([A-Z_][A-Z0-9_]*)(?![A-Za-z0-9_.(])([^}]*)(\}?)/g;

/** YAML 1.2 core types in the one form that loses nothing: `0123` and `1e5` stay text. */
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Replaces the variables in every string value below `node`; what is missing goes to `problems`. */
export function interpolate(node: ConfigNode, env: Environment, problems: Problems): ConfigNode {
  // An aliased node is shared; so is what becomes of it, and its problems are told once.
  const done = new Map<ConfigNode, ConfigNode>();
  const visit = (from: ConfigNode): ConfigNode => {
    const known = done.get(from);
    if (known !== undefined) return known;
    const to = replace(from, visit, (scalar) => interpolateScalar(scalar, env, problems));
    done.set(from, to);
    return to;
  };
  return visit(node);
}

function replace(
  node: ConfigNode,
  visit: (node: ConfigNode) => ConfigNode,
  scalar: (node: ScalarNode) => ConfigNode,
): ConfigNode {
  if (node.kind === "scalar") return scalar(node);
  if (node.kind === "list") return { ...node, items: node.items.map(visit) };
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    entries.set(key, { position: entry.position, node: visit(entry.node) });
  }
  return { ...node, entries };
}

function interpolateScalar(node: ScalarNode, env: Environment, problems: Problems): ScalarNode {
  if (typeof node.value !== "string" || !node.value.includes("${")) return node;
  const variables: string[] = [];
  let whole = false;
  const text = node.value.replace(REFERENCE, (...match: string[]) => {
    const [reference = "", escape, name = "", rest = "", close] = match;
    if (escape === "$") return reference.slice(1);
    whole = reference === node.value;
    variables.push(name);
    const fallback = readDefault(rest);
    if (close === "" || fallback === "malformed") {
      const message = `malformed variable ${reference.slice(0, 60)}: expected \${${name}} or \${${name}:-default}`;
      problems.add("config_invalid", message, node.position);
      return "";
    }
    const value = lookUp(env, name);
    // As in a shell, `:-` also stands in for a variable that is set to nothing.
    if (fallback !== undefined && (value === undefined || value === "")) return fallback.text;
    if (value === undefined)
      problems.add("config_variable_missing", missing(name, env), node.position);
    return value ?? "";
  });
  return { ...node, value: whole && node.plain ? typed(text) : text, variables };
}

function readDefault(rest: string): { text: string } | "malformed" | undefined {
  if (rest === "") return undefined;
  // A variable inside a default would end at the first brace and leave the second in the text.
  return rest.startsWith(":-") && !rest.includes("${") ? { text: rest.slice(2) } : "malformed";
}

function missing(name: string, env: Environment): string {
  const near = nearest(name, Object.keys(env));
  const hint = near === undefined ? "" : ` (${near} is set)`;
  return `the environment variable ${name} is not set${hint}: set it, or write \${${name}:-default}`;
}

function lookUp(env: Environment, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

/** What YAML would make of the text, had it been written there without quotes. */
export function typed(text: string): string | number | boolean | null {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null" || text === "~") return null;
  return NUMBER.test(text) && String(Number(text)) === text ? Number(text) : text;
}

import { BackworksError } from "../lib/errors.ts";
import { canonicalPath } from "../lib/path.ts";

const PARAMETER_NAME = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

type PathReading =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "problem"; readonly problem: string };

/** Brings a route's path to its normal form: `:id` becomes `{id}`, a `*` at the end stays. */
export function readPath(written: string): PathReading {
  const segments = written.split("/").slice(1);
  const names = new Set<string>();
  const normal: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === "" && !last) return problem("two slashes in a row match no request");
    if (segment === "." || segment === "..") {
      return problem(`the segment ${segment} matches no request: clients resolve it`);
    }
    if (segment === "*" && last) {
      normal.push(segment);
      continue;
    }
    const name = parameterName(segment);
    if (name === undefined) {
      const literal = canonicalSegment(segment);
      if (literal === undefined) return problem(`${segment}: expected percent-encoded UTF-8`);
      if (/[{}*]|^:/.test(literal)) return problem(unreadable(segment));
      normal.push(literal);
      continue;
    }
    if (names.has(name)) return problem(`two parameters are named ${name}`);
    names.add(name);
    normal.push(`{${name}}`);
  }
  return { kind: "path", path: `/${normal.join("/")}` };
}

/** Two paths of one shape match the same requests, whatever their parameters are called. */
export function pathShape(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, "{}");
}

/** As the router compares it: `%41` is `A`. Nothing when it is no text. */
function canonicalSegment(segment: string): string | undefined {
  try {
    return canonicalPath(segment);
  } catch (error) {
    if (error instanceof BackworksError) return undefined;
    throw error;
  }
}

function parameterName(segment: string): string | undefined {
  const inBraces = segment.startsWith("{") && segment.endsWith("}");
  if (!inBraces && !segment.startsWith(":")) return undefined;
  const name = inBraces ? segment.slice(1, -1) : segment.slice(1);
  return PARAMETER_NAME.test(name) ? name : undefined;
}

function unreadable(segment: string): string {
  if (segment.includes("*")) return `${segment}: a * stands alone, at the end of the path`;
  return `${segment}: a parameter is a whole segment, {name} or :name, of letters, digits, _ and -`;
}

function problem(text: string): PathReading {
  return { kind: "problem", problem: text };
}

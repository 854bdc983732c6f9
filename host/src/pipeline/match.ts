import type { HookMatch } from "../contracts/hooks.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import { canonicalPath } from "../lib/path.ts";

/** The part of a route that decides which hooks see its requests. */
export interface PipelineRoute {
  readonly id: string;
  /** Normal form: `/users/{id}`, `/files/*`. */
  readonly path: string;
  /** Upper case. */
  readonly methods: readonly string[];
}

/** Decides for one request. `path` is canonical, see lib/path.ts. */
export type RequestTest = (method: string, path: string) => boolean;

/** A hook matches a route never, always, or for some of its requests. */
export type RouteMatch =
  | { readonly kind: "never" }
  | { readonly kind: "always" }
  | { readonly kind: "sometimes"; readonly test: RequestTest };

const NEVER: RouteMatch = { kind: "never" };
const ALWAYS: RouteMatch = { kind: "always" };

/**
 * Decides as much as the route alone tells, so that requests pay only for what differs between
 * them: methods when the hook wants some of the route's, paths when the route has parameters.
 * Throws `plugin_manifest_invalid` for a path of the hook that no request can have.
 */
export function matchRoute(match: HookMatch, route: PipelineRoute): RouteMatch {
  if (match.routes !== undefined && !match.routes.includes(route.id)) return NEVER;
  const byMethod = matchMethods(match.methods, route);
  const byPath = matchPaths(match.paths, route);
  if (byMethod.kind === "never" || byPath.kind === "never") return NEVER;
  if (byMethod.kind === "always") return byPath;
  if (byPath.kind === "always") return byMethod;
  const test: RequestTest = (method, path) =>
    byMethod.test(method, path) && byPath.test(method, path);
  return { kind: "sometimes", test };
}

/** HEAD is a GET without its body: a hook that guards GET must not be passed by with HEAD. */
function matchMethods(methods: readonly string[] | undefined, route: PipelineRoute): RouteMatch {
  if (methods === undefined) return ALWAYS;
  const wanted = new Set(methods);
  if (wanted.has("GET")) wanted.add("HEAD");
  const served = new Set(route.methods);
  if (served.has("GET")) served.add("HEAD");
  if (served.isSubsetOf(wanted)) return ALWAYS;
  if (served.isDisjointFrom(wanted)) return NEVER;
  return { kind: "sometimes", test: (method) => wanted.has(method) };
}

function matchPaths(paths: readonly string[] | undefined, route: PipelineRoute): RouteMatch {
  if (paths === undefined) return ALWAYS;
  const tests = paths.map(compilePath);
  const test: RequestTest = (_, path) => tests.some((fits) => fits(path));
  if (/[{*]/.test(route.path)) return { kind: "sometimes", test };
  return test("", canonicalPath(route.path)) ? ALWAYS : NEVER;
}

function compilePath(pattern: string): (path: string) => boolean {
  if (!pattern.endsWith("*")) {
    const whole = canonicalPattern(pattern, pattern);
    return (path) => path === whole;
  }
  const prefix = canonicalPattern(pattern.slice(0, -1), pattern);
  return (path) => path.startsWith(prefix);
}

function canonicalPattern(path: string, pattern: string): string {
  try {
    return canonicalPath(path);
  } catch (cause) {
    throw new BackworksError(
      "plugin_manifest_invalid",
      `match.paths has "${escapeText(pattern)}", which no request can have: ${messageOf(cause)}`,
      { cause, details: { path: pattern } },
    );
  }
}

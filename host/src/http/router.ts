import { BackworksError } from "../lib/errors.ts";
import type { SourcePosition } from "../lib/errors.ts";
import { canonicalPath, segmentText } from "../lib/path.ts";

/** What a route needs to be found. */
export interface RoutePattern {
  readonly id: string;
  /** `/users/{id}`; a last segment `*` takes any rest, an empty one too. */
  readonly path: string;
  /** Upper case. */
  readonly methods: readonly string[];
  readonly position?: SourcePosition;
}

export type Params = Readonly<Record<string, string>>;

export type Match<Route> =
  | { readonly kind: "found"; readonly route: Route; readonly params: Params }
  /** OPTIONS of a path whose routes do not answer it themselves. */
  | { readonly kind: "options"; readonly allow: readonly string[] }
  | { readonly kind: "method_not_allowed"; readonly allow: readonly string[] }
  | { readonly kind: "not_found" };

/** Finds the route of a path as it came on the wire. Throws `request_malformed`, see lib/path.ts. */
export type Router<Route> = (method: string, path: string) => Match<Route>;

/** A place in the tree of segments; `leaves` answer paths that end here, by method. */
interface Node<Route> {
  readonly statics: Map<string, Node<Route>>;
  param: Node<Route> | undefined;
  readonly leaves: Map<string, Leaf<Route>>;
  readonly wildcards: Map<string, Leaf<Route>>;
}

interface Leaf<Route> {
  readonly route: Route;
  /** Names of the parameters in path order; a wildcard's is `*`. */
  readonly names: readonly string[];
}

const PARAM_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const NO_PARAMS: Params = Object.freeze({});
const NOT_FOUND = Object.freeze({ kind: "not_found" });

/**
 * Compiles all routes into one tree. In each segment static text comes before a parameter and that
 * before a wildcard, with a way back: the most specific path *that has the method* answers. No node
 * is visited twice for one request, so a lookup is bounded by the tree, and by the depth of the path
 * when routes do not overlap.
 *
 * HEAD is answered by GET routes. A trailing slash counts: `/users/` is not `/users`. A parameter is
 * one segment and never empty; `*` is the rest in canonical spelling.
 */
export function compileRouter<Route extends RoutePattern>(routes: readonly Route[]): Router<Route> {
  const root = createNode<Route>();
  /** Paths without parameters, whole: one lookup for most requests. */
  const fixed = new Map<string, Map<string, Leaf<Route>>>();
  for (const route of routes) addRoute(root, fixed, route);

  return (method, path) => {
    const canonical = canonicalPath(path);
    const leaves = fixed.get(canonical);
    const leaf = leaves === undefined ? undefined : pick(leaves, method);
    if (leaf !== undefined) return { kind: "found", route: leaf.route, params: NO_PARAMS };
    return findRoute(root, method, canonical) ?? explainMiss(root, method, canonical);
  };
}

function pick<Route>(leaves: Map<string, Leaf<Route>>, method: string): Leaf<Route> | undefined {
  const leaf = leaves.get(method);
  return leaf === undefined && method === "HEAD" ? leaves.get("GET") : leaf;
}

function createNode<Route>(): Node<Route> {
  return { statics: new Map(), param: undefined, leaves: new Map(), wildcards: new Map() };
}

function addRoute<Route extends RoutePattern>(
  root: Node<Route>,
  fixed: Map<string, Map<string, Leaf<Route>>>,
  route: Route,
): void {
  if (!route.path.startsWith("/")) throw invalid(route, "expected it to start with /");
  const segments = route.path.slice(1).split("/");
  const names: string[] = [];
  let node = root;
  for (const [index, segment] of segments.entries()) {
    if (segment === "*") {
      if (index !== segments.length - 1)
        throw invalid(route, "expected * as the last segment only");
      addLeaves(node.wildcards, { route, names: [...names, "*"] });
      return;
    }
    node = addSegment(node, segment, { route, names });
  }
  addLeaves(node.leaves, { route, names });
  if (names.length === 0) fixed.set(canonicalPath(route.path), node.leaves);
}

function addSegment<Route extends RoutePattern>(
  node: Node<Route>,
  segment: string,
  target: { readonly route: Route; readonly names: string[] },
): Node<Route> {
  if (segment.startsWith("{") && segment.endsWith("}")) {
    const name = segment.slice(1, -1);
    if (!PARAM_NAME.test(name) || name === "__proto__") {
      throw invalid(target.route, `expected a name of letters, digits, _ and - in ${segment}`);
    }
    if (target.names.includes(name)) throw invalid(target.route, `expected ${segment} only once`);
    target.names.push(name);
    return (node.param ??= createNode());
  }
  if (/[{}*]/.test(segment)) {
    throw invalid(target.route, `expected {name} or * to be a whole segment, not "${segment}"`);
  }
  const text = canonicalPath(`/${segment}`).slice(1);
  const existing = node.statics.get(text);
  if (existing !== undefined) return existing;
  const created = createNode<Route>();
  node.statics.set(text, created);
  return created;
}

function addLeaves<Route extends RoutePattern>(
  leaves: Map<string, Leaf<Route>>,
  leaf: Leaf<Route>,
): void {
  for (const method of leaf.route.methods) {
    const other = leaves.get(method);
    if (other !== undefined) {
      throw invalid(
        leaf.route,
        `route "${other.route.id}" (${other.route.path}) answers ${method} for the same requests`,
      );
    }
    leaves.set(method, leaf);
  }
}

function invalid(route: RoutePattern, reason: string): BackworksError {
  return new BackworksError(
    "config_invalid",
    `path "${route.path}" of route "${route.id}": ${reason}`,
    route.position === undefined ? {} : { position: route.position },
  );
}

function findRoute<Route>(
  root: Node<Route>,
  method: string,
  path: string,
): Match<Route> | undefined {
  const values: string[] = [];
  const leaf = descend(root, { path, values, take: (leaves) => pick(leaves, method) }, 1);
  if (leaf === undefined) return undefined;
  if (leaf.names.length === 0) return { kind: "found", route: leaf.route, params: NO_PARAMS };
  const params: Record<string, string> = {};
  for (const [index, name] of leaf.names.entries()) params[name] = values[index] ?? "";
  return { kind: "found", route: leaf.route, params };
}

interface Walk<Route> {
  readonly path: string;
  /** Parameters on the way to the current node. */
  readonly values: string[];
  /** Decides at a node that the path fits; nothing sends the walk back. */
  readonly take: (leaves: Map<string, Leaf<Route>>) => Leaf<Route> | undefined;
}

/** `at` is where the node's segment begins, one beyond the slash. */
function descend<Route>(node: Node<Route>, walk: Walk<Route>, at: number): Leaf<Route> | undefined {
  const { path, values } = walk;
  if (at > path.length) return walk.take(node.leaves);
  const slash = path.indexOf("/", at);
  const end = slash === -1 ? path.length : slash;
  const segment = path.slice(at, end);

  const fixed = node.statics.get(segment);
  const byStatic = fixed === undefined ? undefined : descend(fixed, walk, end + 1);
  if (byStatic !== undefined) return byStatic;

  if (node.param !== undefined && segment !== "") {
    values.push(segmentText(segment));
    const byParam = descend(node.param, walk, end + 1);
    if (byParam !== undefined) return byParam;
    values.pop();
  }

  const byWildcard = walk.take(node.wildcards);
  if (byWildcard !== undefined) values.push(path.slice(at));
  return byWildcard;
}

/** No route has path and method: says which methods the path has. Only misses pay for this walk. */
function explainMiss<Route>(root: Node<Route>, method: string, path: string): Match<Route> {
  const methods = new Set<string>();
  const take = (leaves: Map<string, Leaf<Route>>): undefined => {
    for (const name of leaves.keys()) methods.add(name);
  };
  descend(root, { path, values: [], take }, 1);
  if (methods.size === 0) return NOT_FOUND;
  if (methods.has("GET")) methods.add("HEAD");
  methods.add("OPTIONS");
  const allow = [...methods].toSorted();
  return { kind: method === "OPTIONS" ? "options" : "method_not_allowed", allow };
}

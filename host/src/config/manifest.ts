import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import { joinErrors } from "../lib/join-errors.ts";
import type { SourcePosition } from "../lib/errors.ts";
import { isEditsHookName, isExchangeHookName, isHookName } from "../contracts/hooks.ts";
import type { HookMatch, HookName } from "../contracts/hooks.ts";
import type { JsonObject } from "../contracts/json.ts";
import { ABI_VERSION } from "../contracts/manifest.ts";
import type { HookDeclaration, Manifest, Reads } from "../contracts/manifest.ts";
import { AUTH_KEY } from "../contracts/security.ts";
import { canonicalPath } from "../lib/path.ts";
import { readAsked } from "./asked.ts";
import type { WrittenCapabilities } from "./asked.ts";
import { isDeeperThan } from "./depth.ts";
import { toReads, toWrites } from "./hook-fields.ts";
import type { WrittenReads, WrittenWrites } from "./hook-fields.ts";
import { toLimits } from "./limits.ts";
import type { WrittenLimits } from "./limits.ts";
import { parsePointer, positionAt, printPath, toJson, valuePositionAt } from "./node.ts";
import type { ConfigNode, ConfigPath } from "./node.ts";
import { Problems } from "./problems.ts";
import { readYaml } from "./read.ts";
import type { SchemaProblem } from "./schema-problem.ts";
import { ownSchema } from "./schemas.ts";

/** Deep enough for any schema in a manifest; a million levels would end the stack of whoever walks. */
const DEPTH_MAX = 64;

/** What a hook that sees requests may declare. */
const EXCHANGE_KEYS: ReadonlySet<string> = new Set([
  "match",
  "reads",
  "writes",
  "priority",
  "before",
  "after",
]);

/** Keys of `plugins.NAME.limits` that manifests do not have. */
const OPERATOR_LIMITS: ReadonlySet<string> = new Set(["instances", "accounting", "routes"]);

/** The first problems are enough to see what kind of mistake it is. */
const PROBLEMS_MAX = 5;

/** Of a key, or of what is wrong as its value. */
export type PositionOf = (path: ConfigPath, of?: "key" | "value") => SourcePosition;

/** A manifest as the schema lets it through. */
interface WrittenManifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly hooks: Readonly<Record<string, WrittenHook | null>>;
  readonly config_schema?: JsonObject;
  readonly requires?: {
    readonly host?: string;
    readonly plugins?: Readonly<Record<string, string>>;
  };
  readonly provides?: JsonObject;
  readonly consumes?: JsonObject;
  readonly critical?: boolean;
  readonly capabilities?: WrittenCapabilities;
  readonly limits?: WrittenLimits | null;
  readonly stateful?: boolean;
}

interface WrittenHook {
  readonly match?: HookMatch;
  readonly reads?: WrittenReads;
  readonly writes?: WrittenWrites;
  readonly priority?: number;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/**
 * Checks a manifest and applies every default. `file` is what errors point to. Throws
 * `plugin_abi_unsupported` before anything else is judged, else `plugin_manifest_invalid`.
 */
export function parseManifest(value: unknown, file: string): Manifest {
  return toManifest(value, () => ({ file }));
}

/** The same for a manifest written by hand: errors point to line and column. */
export function readManifestYaml(text: string, file: string): Manifest {
  try {
    const node = readYaml(text, file);
    return toManifest(toJson(node), positionsIn(node));
  } catch (thrown) {
    throw asManifestError(thrown);
  }
}

export function positionsIn(node: ConfigNode): PositionOf {
  return (path, of = "key") => (of === "key" ? positionAt : valuePositionAt)(node, path);
}

/** What the schema finds wrong with a manifest, in words. */
export interface ManifestProblem {
  readonly path: ConfigPath;
  /** What is to be pointed to. */
  readonly of: "key" | "value";
  readonly message: string;
}

export function findManifestProblems(value: unknown): ManifestProblem[] {
  return ownSchema("plugin-manifest")(value).map((problem) => {
    const path = parsePointer(problem.pointer);
    const label = path.length === 0 ? "the manifest" : printPath(path);
    const of = problem.kind === "invalid_value" ? "value" : "key";
    return { path, of, message: `${label}: ${ownMessage(problem, path) ?? problem.message}` };
  });
}

/** Applies every default. Errors point to what `positionOf` answers for a path. */
export function toManifest(value: unknown, positionOf: PositionOf): Manifest {
  refuseOtherAbi(value, positionOf);
  if (isDeeperThan(value, DEPTH_MAX)) {
    const message = `the manifest is nested too deep: expected at most ${DEPTH_MAX} levels`;
    throw new BackworksError("plugin_manifest_invalid", message, { position: positionOf([]) });
  }
  const problems = findManifestProblems(value);
  if (problems.length > 0) throw invalid(problems, positionOf);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has found it so
  return withDefaults(value as WrittenManifest, positionOf);
}

/** A manifest of another ABI has another schema: its errors would say nothing. */
function refuseOtherAbi(value: unknown, positionOf: PositionOf): void {
  if (typeof value !== "object" || value === null || !("abi" in value)) return;
  const { abi } = value;
  if (!Number.isSafeInteger(abi) || abi === ABI_VERSION) return;
  const message = `it was built for ABI ${String(abi)}, this host has ABI ${ABI_VERSION}`;
  throw new BackworksError("plugin_abi_unsupported", message, { position: positionOf(["abi"]) });
}

function invalid(told: readonly ManifestProblem[], positionOf: PositionOf): BackworksError {
  const problems = new Problems(PROBLEMS_MAX);
  for (const { path, of, message } of told) {
    problems.add("plugin_manifest_invalid", message, positionOf(path, of));
  }
  return joinErrors(problems.inOrder());
}

/** A key of `hooks` is a name in the ABI, not a setting. */
function ownMessage(problem: SchemaProblem, path: ConfigPath): string | undefined {
  const [first, hook = "", key = ""] = path;
  if (problem.kind !== "unknown_key") return undefined;
  if (first === "limits" && path.length === 2 && OPERATOR_LIMITS.has(String(hook))) {
    return `it is the operator's to say: in backworks.yaml, plugins.NAME.limits.${hook}`;
  }
  if (first !== "hooks") return undefined;
  if (path.length === 2) return `ABI ${ABI_VERSION} has no such hook, expected ${problem.expected}`;
  return path.length === 3 ? explainKey(String(hook), String(key)) : undefined;
}

/** Keys that other hooks have; undefined for what is none. */
function explainKey(hook: string, key: string): string | undefined {
  if (!isHookName(hook) || !EXCHANGE_KEYS.has(key)) return undefined;
  if (!isExchangeHookName(hook)) {
    return `${hook} sees no request: only hooks that see one have ${key}`;
  }
  return key === "writes" ? `${hook} changes nothing of a request: it has no writes` : undefined;
}

function withDefaults(written: WrittenManifest, positionOf: PositionOf): Manifest {
  const refuse = (path: ConfigPath, message: string): never => {
    throw new BackworksError("plugin_manifest_invalid", `${printPath(path)}: ${message}`, {
      position: positionOf(path),
    });
  };
  if (Object.hasOwn(written.provides ?? {}, AUTH_KEY)) {
    refuse(["provides", AUTH_KEY], "it is set by authenticate hooks alone, expected another key");
  }
  const hooks: [string, HookDeclaration][] = [];
  for (const [name, hook] of Object.entries(written.hooks)) {
    if (isHookName(name)) hooks.push([name, toDeclaration(name, hook ?? {}, positionOf)]);
  }
  return {
    abi: ABI_VERSION,
    name: written.name,
    version: written.version,
    description: written.description ?? "",
    license: written.license ?? "",
    hooks: Object.fromEntries(hooks),
    configSchema: written.config_schema,
    requiresHost: written.requires?.host ?? "*",
    requiresPlugins: written.requires?.plugins ?? {},
    provides: Object.keys(written.provides ?? {}),
    consumes: Object.keys(written.consumes ?? {}),
    critical: written.critical ?? false,
    limits: toLimits(written.limits ?? {}, (key, message) => refuse(["limits", key], message)),
    stateful: written.stateful ?? false,
    capabilities: readAsked(written.capabilities ?? {}, refuse),
  };
}

function toDeclaration(name: HookName, hook: WrittenHook, positionOf: PositionOf): HookDeclaration {
  const { match = {} } = hook;
  for (const [index, path] of (match.paths ?? []).entries()) {
    const at = ["hooks", name, "match", "paths", index];
    checkMatchPath(path, printPath(at), positionOf(at));
  }
  const methods = match.methods?.map((method) => method.toUpperCase());
  return {
    match: methods === undefined ? match : { ...match, methods },
    reads: readsOf(name, hook.reads ?? {}),
    writes: toWrites(isEditsHookName(name) ? hook.writes : {}),
    priority: hook.priority ?? 0,
    before: hook.before ?? [],
    after: hook.after ?? [],
  };
}

/** Hooks that judge by who sends a request are always told. */
function readsOf(name: HookName, written: WrittenReads): Reads {
  const reads = toReads(written);
  if (name !== "authorize" && name !== "audit_log") return reads;
  return { ...reads, context: [...new Set([...reads.context, AUTH_KEY])] };
}

/** A path that no request can have would silence a guard without a word. */
function checkMatchPath(path: string, label: string, position: SourcePosition): void {
  try {
    canonicalPath(path.replace(/\*$/, ""));
  } catch (cause) {
    if (!(cause instanceof BackworksError)) throw cause;
    const message = `${label}: no request matches it: ${cause.message}`;
    throw new BackworksError("plugin_manifest_invalid", message, { cause, position });
  }
}

/** One file, one refusal: what is wrong with the text comes under the code of the manifest. */
function asManifestError(thrown: unknown): unknown {
  const errors = thrown instanceof BackworksErrors ? thrown.errors : [thrown];
  const syntax = errors.flatMap((error) =>
    error instanceof BackworksError && error.code === "config_syntax"
      ? [
          new BackworksError("plugin_manifest_invalid", error.message, {
            cause: error,
            ...(error.position && { position: error.position }),
          }),
        ]
      : [],
  );
  return syntax.length > 0 && syntax.length === errors.length ? joinErrors(syntax) : thrown;
}

import {
  EXTISM_NAMESPACE,
  HOST_FUNCTIONS,
  USER_NAMESPACE,
  WASI_NAMESPACE,
  type HostFunction,
} from "./v1.ts";
import { isHookName } from "../contracts/hooks.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import { joinErrors } from "../lib/join-errors.ts";
import { nearest } from "../lib/suggest.ts";
import type { ExportSummary, FunctionType, ImportSummary, ModuleSummary } from "../wasm/inspect.ts";

const FUNCTIONS: ReadonlyMap<string, ReadonlyMap<string, HostFunction>> = new Map(
  [EXTISM_NAMESPACE, USER_NAMESPACE, WASI_NAMESPACE].map((namespace) => [
    namespace,
    new Map(
      HOST_FUNCTIONS.filter((known) => known.namespace === namespace).map((known) => [
        known.name,
        known,
      ]),
    ),
  ]),
);

const HOOK_TYPE: FunctionType = { params: [], results: ["i32"] };

/** The part of a manifest that says which exports are called. */
interface DeclaredHooks {
  readonly hooks: Readonly<Record<string, unknown>>;
}

/** A module that was built for another host has many: a few tell as much. */
const UNKNOWN_SHOWN_MAX = 20;

/**
 * Throws `plugin_import_unknown` with the imports that ABI 1 does not have, in the order of the
 * module. Whether the plugin is granted the others is the operator's to say (plugins/grants.ts).
 */
export function checkImports(summary: ModuleSummary): void {
  const unknown = summary.imports.flatMap((wanted) => {
    const reason = refuse(wanted);
    return reason === undefined ? [] : [unknownImport(wanted, reason)];
  });
  if (unknown.length === 0) return;
  const shown = unknown.slice(0, UNKNOWN_SHOWN_MAX);
  const rest = unknown.length - shown.length;
  if (rest > 0) {
    const more = `${rest} imports more are unknown`;
    shown.push(new BackworksError("plugin_import_unknown", more));
  }
  throw joinErrors(shown);
}

function unknownImport({ module, name }: ImportSummary, reason: string): BackworksError {
  return new BackworksError(
    "plugin_import_unknown",
    `import ${quote(module)} ${quote(name)} ${reason}`,
    { details: { module, name } },
  );
}

/**
 * Throws `plugin_export_missing` unless every declared hook, and every export that has the name of
 * a hook, is a function () -> i32.
 */
export function checkExports(summary: ModuleSummary, manifest: DeclaredHooks): void {
  const exports = new Map(summary.exports.map((entry) => [entry.name, entry]));
  for (const hook of Object.keys(manifest.hooks)) {
    if (exports.has(hook)) continue;
    const guess = nearest(hook, exports.keys());
    const hint = guess === undefined ? "" : `; it exports ${quote(guess)}`;
    throw new BackworksError(
      "plugin_export_missing",
      `the manifest declares the hook ${hook}, the module does not export it${hint}`,
      { details: { hook } },
    );
  }
  for (const entry of exports.values()) checkHookType(entry);
}

function checkHookType(entry: ExportSummary): void {
  if (!isHookName(entry.name)) return;
  const found = entry.kind === "func" ? printType(entry) : `a ${entry.kind}`;
  const expected = printType(HOOK_TYPE);
  if (found === expected) return;
  throw new BackworksError(
    "plugin_export_missing",
    `the export ${entry.name} is ${found}, a hook is ${expected}`,
    { details: { hook: entry.name, found, expected } },
  );
}

function refuse(wanted: ImportSummary): string | undefined {
  const namespace = FUNCTIONS.get(wanted.module);
  if (namespace === undefined) {
    const guess = nearest(wanted.module, FUNCTIONS.keys());
    if (guess !== undefined) return `is unknown; did you mean the module ${quote(guess)}?`;
    return `is unknown; the modules of ABI 1 are ${[...FUNCTIONS.keys()].map(quote).join(", ")}`;
  }
  const known = namespace.get(wanted.name);
  if (known === undefined) {
    const guess = nearest(wanted.name, namespace.keys());
    return guess === undefined ? "is unknown" : `is unknown; did you mean ${quote(guess)}?`;
  }
  if (wanted.kind !== "func") return `is imported as a ${wanted.kind}, it is a function`;
  const [found, expected] = [printType(wanted), printType(known)];
  if (found !== expected) return `is imported as ${found}, it is ${expected}`;
  return undefined;
}

function printType({ params, results }: FunctionType): string {
  const result = results.length === 1 ? String(results[0]) : `(${results.join(", ")})`;
  return `(${params.join(", ")}) -> ${result}`;
}

function quote(text: string): string {
  return `"${escapeText(text, 100)}"`;
}

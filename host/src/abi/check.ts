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

/**
 * Throws `plugin_import_unknown` for the first import that ABI 1 does not have. Whether the plugin is
 * granted it is the operator's to say (plugins/grants.ts).
 */
export function checkImports(summary: ModuleSummary): void {
  for (const wanted of summary.imports) {
    const reason = refuse(wanted);
    if (reason === undefined) continue;
    const name = `${quote(wanted.module)} ${quote(wanted.name)}`;
    throw new BackworksError("plugin_import_unknown", `import ${name} ${reason}`, {
      details: { module: wanted.module, name: wanted.name },
    });
  }
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

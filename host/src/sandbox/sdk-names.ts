import { EXTISM_NAMESPACE, WASI_NAMESPACE } from "../abi/v1.ts";
import { RESERVED_PREFIX } from "../wasm/reserved.ts";

/**
 * Names that the SDK acts on by itself, and what the rewriter makes of them. It puts its own HTTP in
 * the place of ours for a module that imports `http_request`; it refuses WASI imports unless it may
 * bring its own WASI, which can take the process down; and it runs a module's start functions at
 * instantiation, before there is fuel and before WASI stubs can know the guest's memory.
 */
export const SDK_NAMES: {
  readonly imports: ReadonlyMap<string, string>;
  readonly exports: ReadonlyMap<string, string>;
} = {
  imports: new Map([EXTISM_NAMESPACE, WASI_NAMESPACE].map((name) => [name, reserved(name)])),
  exports: new Map(["_initialize", "_start", "hs_init"].map((name) => [name, reserved(name)])),
};

/** Where the SDK finds a namespace that the module imports under another name. */
export function linkedNamespace(namespace: string): string {
  return SDK_NAMES.imports.get(namespace) ?? namespace;
}

/** What an export of the original is called in the rewritten module. */
export function linkedExport(name: string): string {
  return SDK_NAMES.exports.get(name) ?? name;
}

function reserved(name: string): string {
  return RESERVED_PREFIX + name;
}

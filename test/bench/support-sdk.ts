import { relink } from "../../host/src/sandbox/relink.ts";

/**
 * A module with WASI imports for the plain SDK: its own WASI can take the process down, so the
 * imports are renamed as the host does it and answered with "not supported".
 */
export function linkForSdk(bytes: Uint8Array): {
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly functions: Record<string, Record<string, () => number>>;
} {
  const wasm = relink(bytes);
  const functions: Record<string, Record<string, () => number>> = {};
  for (const { module, name } of WebAssembly.Module.imports(new WebAssembly.Module(wasm))) {
    if (module.startsWith("extism:host/env")) continue;
    functions[module] = { ...functions[module], [name]: () => 52 };
  }
  return { wasm, functions };
}

import { EXTISM_NAMESPACE, WASI_NAMESPACE } from "../../host/src/abi/v1.ts";
import { writeModule } from "../../host/src/wasm/binary/module.ts";
import { indexModule } from "../../host/src/wasm/module-index.ts";
import { renameImports } from "../../host/src/wasm/rename-imports.ts";

/**
 * A module with WASI imports for the plain SDK: its own WASI can take the process down, so the
 * imports are renamed as the host does it and answered with "not supported".
 */
export function linkForSdk(bytes: Uint8Array): {
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly functions: Record<string, Record<string, () => number>>;
} {
  const index = indexModule(bytes);
  const imports = renameImports(index, new Map([[WASI_NAMESPACE, "bench:wasi"]]));
  const wasm = writeModule(
    bytes,
    index.sections.map((section) =>
      section.kind === "import" && imports !== undefined
        ? { kind: section.kind, body: imports }
        : section,
    ),
  );
  const functions: Record<string, Record<string, () => number>> = {};
  for (const { module, name } of WebAssembly.Module.imports(new WebAssembly.Module(wasm))) {
    if (module.startsWith(EXTISM_NAMESPACE)) continue;
    functions[module] = { ...functions[module], [name]: () => 52 };
  }
  return { wasm, functions };
}

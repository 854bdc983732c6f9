import { checkImports } from "../abi/check.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import { inspectModule } from "../wasm/inspect.ts";
import { relink } from "./relink.ts";

/** A plugin's code, ready to be instantiated any number of times. */
export interface CompiledModule {
  readonly module: WebAssembly.Module;
  /** Functions it imports, under their original names. */
  readonly imports: readonly ImportName[];
}

export interface ImportName {
  readonly module: string;
  readonly name: string;
}

/**
 * Checks what a module imports and compiles it, the long part off the event loop. Nothing of it
 * runs. Throws `plugin_not_wasm`, `plugin_malformed` or `plugin_import_unknown`.
 */
export async function compileModule(bytes: Uint8Array): Promise<CompiledModule> {
  const summary = inspectModule(bytes);
  checkImports(summary);
  // Not the summary itself: its sections are views that would keep the whole file in memory.
  const imports = summary.imports.map(({ module, name }) => ({ module, name }));
  try {
    // Relinking changes names only: V8's verdict on the copy is the one on the original.
    return { module: await WebAssembly.compile(relink(bytes)), imports };
  } catch (cause) {
    throw new BackworksError(
      "plugin_malformed",
      `invalid WebAssembly module: ${escapeText(reasonOf(cause))}`,
      { cause },
    );
  }
}

/** V8 puts the name of the called function first, which tells a plugin's author nothing. */
function reasonOf(cause: unknown): string {
  return messageOf(cause).replace(/^WebAssembly\.compile\(\): /, "");
}

import { Kernel as Blocks } from "../../../host/src/abi/kernel.ts";
import { readEdits } from "../../../host/src/abi/edits-frame.ts";
import { printExchange } from "../../../host/src/abi/exchange-frame.ts";
import { WASI_NAMESPACE } from "../../../host/src/abi/v1.ts";
import { EXCHANGE, HOOK, type BuiltHook } from "../support-hook-case.ts";
import type { Kernel, Runner } from "./kernels.ts";

const INPUT_MAX = 1 << 20;

/** Of WASI: not supported. */
const ENOSYS = 52;

/** A hook as a kernel: a frame in, edits out, nothing else of the host around it. */
export function hookKernel({ bytes, reads }: BuiltHook): Kernel {
  const { head } = printExchange(EXCHANGE, HOOK, reads);
  return {
    name: "hook",
    bytes: Uint8Array.from(bytes),
    start: async (module) => {
      const blocks = new Blocks();
      const { exports } = await WebAssembly.instantiate(module, importsOf(module, blocks));
      const hook = exports[HOOK];
      if (typeof hook !== "function") throw new TypeError("the plugin lost its hook");
      const run: Runner["run"] = () => {
        blocks.begin(head, undefined, INPUT_MAX);
        if (hook() !== 0) throw new Error("the hook failed");
        return blocks.readOutput((output) => lengthIn(output));
      };
      return { run, exports };
    },
  };
}

/** The hook answers with the length of a header's value. */
function lengthIn(output: Uint8Array): number {
  const [edit] = readEdits(
    Buffer.from(output.buffer, output.byteOffset, output.length),
    HOOK,
  ).headers;
  return edit?.kind === "set" ? Number(edit.value.slice("yes:".length)) : NaN;
}

function importsOf(module: WebAssembly.Module, { functions }: Blocks): WebAssembly.Imports {
  const known = new Map<string, WebAssembly.ImportValue>(Object.entries(functions));
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: namespace, name } of WebAssembly.Module.imports(module)) {
    const stub = namespace === WASI_NAMESPACE ? () => ENOSYS : () => 0n;
    imports[namespace] = { ...imports[namespace], [name]: known.get(name) ?? stub };
  }
  return imports;
}

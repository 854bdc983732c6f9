import type { Kernel } from "../../../host/src/abi/kernel.ts";

/** A function of `extism:host/user`: numbers in, a number out. */
export type UserFunction = (...parameters: bigint[]) => bigint;

/** A built module on a kernel and nothing else of the host: for what takes very many calls. */
export interface BareModule {
  /** Calls a hook; its status. The output is in the kernel. */
  readonly call: (hook: string, head: string, body?: Uint8Array) => number;
  readonly memoryBytes: () => number;
}

const INPUT_BYTES_MAX = 10_000;

export function startBare(
  bytes: Uint8Array,
  kernel: Kernel,
  user: Readonly<Record<string, UserFunction>> = {},
): BareModule {
  const module = new WebAssembly.Module(Uint8Array.from(bytes));
  const imports = {
    "extism:host/env": { ...kernel.functions },
    "extism:host/user": { ...user },
  };
  const { exports } = new WebAssembly.Instance(module, imports);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the build exports
  const functions = exports as Readonly<Record<string, () => number>>;
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error("the module exports no memory");
  functions["_initialize"]?.();
  return {
    call: (hook, head, body) => {
      kernel.begin(head, body, INPUT_BYTES_MAX);
      return functions[hook]?.() ?? -1;
    },
    memoryBytes: () => memory.buffer.byteLength,
  };
}

import type binaryenModule from "assemblyscript/binaryen";

type Binaryen = typeof binaryenModule;

/** Import of assembly/kernel.ts that stands for a `throw`. */
const RAISE = "~lib/@backworks/pdk/kernel/raise";
/** The compiler's global for its stack of references, which the garbage collector walks. */
const STACK_POINTER = "~lib/memory/__stack_pointer";
const TAG = "thrown";

/**
 * Makes an error that is thrown end the hook with a status instead of a trap, so that the instance
 * goes on: AssemblyScript has no exceptions, WebAssembly does.
 */
export function catchThrows(
  binaryen: Binaryen,
  module: binaryenModule.Module,
  hooks: readonly string[],
): void {
  const { ExceptionHandling, Multivalue, ReferenceTypes } = binaryen.Features;
  module.setFeatures(module.getFeatures() | ExceptionHandling | Multivalue | ReferenceTypes);
  module.addTag(TAG, binaryen.i32, binaryen.none);
  module.removeFunction(RAISE);
  const thrown = module.throw(TAG, [module.local.get(0, binaryen.i32)]);
  module.addFunction(RAISE, binaryen.i32, binaryen.none, [], thrown);
  for (const hook of hooks) {
    const { value } = binaryen.getExportInfo(module.getExport(hook));
    const stack = module.local.get(0, binaryen.i32);
    const failed = module.block(
      null,
      [
        module.local.set(1, module.i32.pop()),
        module.global.set(STACK_POINTER, stack),
        module.local.get(1, binaryen.i32),
      ],
      binaryen.i32,
    );
    const body = [
      module.local.set(0, module.global.get(STACK_POINTER, binaryen.i32)),
      module.try("", module.call(value, [], binaryen.i32), [TAG], [failed]),
    ];
    module.addFunction(
      hook,
      binaryen.none,
      binaryen.i32,
      [binaryen.i32, binaryen.i32],
      module.block(null, body, binaryen.i32),
    );
    module.removeExport(hook);
    module.addFunctionExport(hook, hook);
  }
}

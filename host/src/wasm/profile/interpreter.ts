import type { ModuleIndex } from "../module-index.ts";

/** `JS_CallInternal(context, callee, this, new target, count, arguments, flags)` of QuickJS on wasm32. */
const CALL_PARAMS = "i32 i64 i64 i64 i32 i32 i32";
const CALL_RESULTS = "i64";

/** The loop over all opcodes of QuickJS takes far more than this; nothing else does with that type. */
const INTERPRETER_BYTES_MIN = 16_384;

/**
 * Finds the function that calls JavaScript functions in a module with QuickJS inside: the only one of
 * its type, and of its size. Names are of no help, since engines are shipped without.
 */
export function findInterpreter(index: ModuleIndex): number | undefined {
  const { bodies, functionTypes, importedFunctions, types } = index;
  const found = bodies.flatMap(({ start, end }, own) => {
    const type = types[functionTypes[own + importedFunctions] ?? -1];
    if (type?.kind !== "func" || end - start < INTERPRETER_BYTES_MIN) return [];
    const isCall = type.params.join(" ") === CALL_PARAMS && type.results.join(" ") === CALL_RESULTS;
    return isCall ? [own + importedFunctions] : [];
  });
  const [first] = found;
  return found.length > 1 ? undefined : first;
}

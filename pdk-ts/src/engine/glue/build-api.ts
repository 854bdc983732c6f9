/** Exports that only the build uses: a plugin's module does not have them. */
import * as quickjs from "./quickjs";
import {
  HOOK_SLOTS,
  context,
  createState,
  hooks,
  lengthAt,
  runtime,
  setPrintThrown,
  setSeed,
} from "./state";
import { runJobs } from "./call";
import { clearUnhandled, createTracker, isUnhandled, takeUnhandled } from "./unhandled";

/** Larger than any hole: at least what the build's own texts took. */
const TOP_BYTES: usize = 256 * 1024;
const HOLE_BYTES_MIN: usize = 16;

/** 0 when the engine is ready. */
export function engine_init(): i32 {
  quickjs._initialize();
  if (quickjs.qjs_init() != 0) return 1;
  createState();
  createTracker();
  return 0;
}

/** What JavaScript may take: beyond it the engine throws, and the instance lives on. */
export function engine_limit(memoryBytes: usize, stackBytes: usize): void {
  quickjs.qjs_set_memory_limit(memoryBytes);
  quickjs.qjs_set_max_stack_size(stackBytes);
  quickjs.JS_UpdateStackTop(runtime);
}

export function engine_malloc(bytes: usize): usize {
  return quickjs.malloc(bytes);
}

/** Clears before freeing: what is freed would otherwise lie around in the snapshot. */
export function engine_free(block: usize, bytes: usize): void {
  memory.fill(block, 0, bytes);
  quickjs.free(block);
}

/** Sets the global `name` (ends in NUL) to the native function. */
export function engine_install_native(name: usize): void {
  const box = quickjs.qjs_new_host_function(name, 3, 0);
  const global = quickjs.JS_GetGlobalObject(context);
  quickjs.JS_SetPropertyStr(context, global, name, load<i64>(box));
  quickjs.JS_FreeValue(context, global);
  quickjs.free(box);
}

/** Evaluates a script, whose text must end in NUL. 1 when it threw, or left a rejection unhandled. */
export function engine_eval(source: usize, length: usize, file: usize): i32 {
  const value = evaluateStripped(source, length, file);
  if (quickjs.isException(value)) return 1;
  quickjs.JS_FreeValue(context, value);
  runJobs();
  if (!isUnhandled()) return 0;
  quickjs.JS_Throw(context, takeUnhandled());
  clearUnhandled();
  return 1;
}

/**
 * Every function would keep a copy of its own source text for `toString`, and a class one of all
 * its methods: by way of bytecode it is left behind, which makes a plugin a third smaller.
 */
function evaluateStripped(source: usize, length: usize, file: usize): i64 {
  const flags = quickjs.EVAL_COMPILE_ONLY;
  const script = quickjs.JS_Eval(context, source, length, file, flags);
  if (quickjs.isException(script)) return script;
  const bytecode = quickjs.JS_WriteObject(
    context,
    lengthAt,
    script,
    quickjs.OBJECT_BYTECODE | quickjs.OBJECT_STRIP_SOURCE,
  );
  quickjs.JS_FreeValue(context, script);
  if (bytecode == 0) return quickjs.EXCEPTION;
  const bytes = load<usize>(lengthAt);
  const stripped = quickjs.JS_ReadObject(context, bytecode, bytes, quickjs.OBJECT_BYTECODE);
  quickjs.js_free(context, bytecode);
  if (quickjs.isException(stripped)) return stripped;
  return quickjs.JS_EvalFunction(context, stripped);
}

/** Sets the global `name` to what was thrown. */
export function engine_take_exception(name: usize): void {
  const thrown = quickjs.JS_GetException(context);
  const global = quickjs.JS_GetGlobalObject(context);
  quickjs.JS_SetPropertyStr(context, global, name, thrown);
  quickjs.JS_FreeValue(context, global);
}

/** Evaluates an expression to text that ends in NUL; 0 when it threw. */
export function engine_eval_text(source: usize, length: usize, file: usize): usize {
  const value = quickjs.JS_Eval(context, source, length, file, 0);
  if (quickjs.isException(value)) return 0;
  const text = quickjs.JS_ToCStringLen2(context, lengthAt, value, 0);
  quickjs.JS_FreeValue(context, value);
  return text;
}

export function engine_free_text(text: usize): void {
  quickjs.JS_FreeCString(context, text);
}

/** Fills the slot of a hook from the property `name` of the global `object`. */
export function engine_bind_hook(slot: i32, object: usize, name: usize): void {
  if (slot < 0 || slot >= HOOK_SLOTS) return;
  store<i64>(hooks + ((<usize>slot) << 3), property(object, name));
}

/** Sets what prints exceptions from the property `name` of the global `object`. */
export function engine_bind_print_thrown(object: usize, name: usize): void {
  setPrintThrown(property(object, name));
}

function property(object: usize, name: usize): i64 {
  const global = quickjs.JS_GetGlobalObject(context);
  const holder = quickjs.JS_GetPropertyStr(context, global, object);
  const value = quickjs.JS_GetPropertyStr(context, holder, name);
  quickjs.JS_FreeValue(context, holder);
  quickjs.JS_FreeValue(context, global);
  return value;
}

/** Last call before the snapshot. Garbage is next collected when `gcBytes` are in use. */
export function engine_freeze(gcBytes: usize): void {
  setSeed(false, 0, 0);
  quickjs.JS_RunGC(runtime);
  quickjs.JS_SetGCThreshold(runtime, gcBytes);
  clearFreeMemory();
}

/**
 * Fills every hole of the heap with zeros, which cost nothing in the module: takes them all from
 * the allocator, the largest first, and gives them back. What lies above `top` was never used, or
 * is the free end of the heap.
 */
function clearFreeMemory(): void {
  const top = quickjs.malloc(TOP_BYTES);
  quickjs.free(top);
  let taken: usize = 0;
  for (let bytes = TOP_BYTES; bytes >= HOLE_BYTES_MIN; bytes -= bytes > 1024 ? 512 : 8) {
    let hole = quickjs.malloc(bytes);
    while (hole != 0 && hole < top) {
      memory.fill(hole, 0, bytes);
      store<usize>(hole, taken);
      taken = hole;
      hole = quickjs.malloc(bytes);
    }
    if (hole != 0) {
      memory.fill(hole, 0, bytes);
      quickjs.free(hole);
    }
  }
  while (taken != 0) {
    const next = load<usize>(taken);
    store<usize>(taken, 0);
    quickjs.free(taken);
    taken = next;
  }
}

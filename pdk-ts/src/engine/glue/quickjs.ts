/**
 * The C API of QuickJS-NG: exports of `quickjs.wasm`, merged with this module.
 *
 * On wasm32 a JSValue is a NaN box of 64 bits with the tag in the upper half; `usize` is a pointer
 * into the one memory both modules share.
 */
export declare function _initialize(): void;
export declare function qjs_init(): i32;
export declare function qjs_get_context_ptr(): usize;
export declare function qjs_get_runtime_ptr(): usize;
export declare function qjs_new_host_function(name: usize, length: i32, flags: i32): usize;
export declare function qjs_set_promise_rejection_handler(isSet: i32): void;
export declare function qjs_set_memory_limit(bytes: usize): void;
export declare function qjs_set_max_stack_size(bytes: usize): void;
export declare function malloc(bytes: usize): usize;
export declare function free(block: usize): void;
export declare function memchr(from: usize, byte: i32, length: usize): usize;
export declare function JS_Eval(
  context: usize,
  source: usize,
  length: usize,
  file: usize,
  flags: i32,
): i64;
export declare function JS_WriteObject(
  context: usize,
  lengthTo: usize,
  value: i64,
  flags: i32,
): usize;
export declare function JS_ReadObject(context: usize, from: usize, length: usize, flags: i32): i64;
export declare function JS_EvalFunction(context: usize, compiled: i64): i64;
export declare function js_free(context: usize, block: usize): void;
export declare function JS_Call(
  context: usize,
  callee: i64,
  self: i64,
  argumentCount: i32,
  argumentsAt: usize,
): i64;
export declare function JS_FreeValue(context: usize, value: i64): void;
export declare function JS_GetGlobalObject(context: usize): i64;
export declare function JS_GetPropertyStr(context: usize, object: i64, name: usize): i64;
export declare function JS_SetPropertyStr(
  context: usize,
  object: i64,
  name: usize,
  value: i64,
): i32;
export declare function JS_NewStringLen(context: usize, from: usize, length: usize): i64;
export declare function JS_ToCStringLen2(
  context: usize,
  lengthTo: usize,
  value: i64,
  cesu8: i32,
): usize;
export declare function JS_FreeCString(context: usize, text: usize): void;
export declare function JS_NewNumber(context: usize, value: f64): i64;
export declare function JS_NewUint8ArrayCopy(context: usize, from: usize, length: usize): i64;
export declare function JS_GetUint8Array(context: usize, lengthTo: usize, value: i64): usize;
export declare function JS_Throw(context: usize, value: i64): i64;
export declare function JS_ThrowOutOfMemory(context: usize): i64;
export declare function JS_GetException(context: usize): i64;
export declare function JS_HasException(context: usize): i32;
export declare function JS_ToInt64(context: usize, to: usize, value: i64): i32;
export declare function qjs_is_number(pointer: usize): i32;
export declare function JS_IsJobPending(runtime: usize): i32;
export declare function JS_ExecutePendingJob(runtime: usize, contextTo: usize): i32;
export declare function JS_IsPromise(value: i64): i32;
export declare function JS_PromiseState(context: usize, promise: i64): i32;
export declare function JS_PromiseResult(context: usize, promise: i64): i64;
export declare function JS_RunGC(runtime: usize): void;
export declare function JS_SetGCThreshold(runtime: usize, bytes: usize): void;
export declare function JS_UpdateStackTop(runtime: usize): void;

export const EVAL_COMPILE_ONLY: i32 = 1 << 5;
export const OBJECT_BYTECODE: i32 = 1 << 0;
export const OBJECT_STRIP_SOURCE: i32 = 1 << 4;

export const UNDEFINED: i64 = 3 << 32;
export const NULL: i64 = 2 << 32;
export const FALSE: i64 = 1 << 32;
export const TRUE: i64 = (1 << 32) | 1;
export const EXCEPTION: i64 = 6 << 32;
const TAG_OBJECT: i32 = -1;
const TAG_NULL: i32 = 2;
const TAG_UNDEFINED: i32 = 3;
const TAG_EXCEPTION: i32 = 6;

function tagOf(value: i64): i32 {
  return i32(value >> 32);
}

export function isException(value: i64): bool {
  return tagOf(value) == TAG_EXCEPTION;
}

export function isUndefined(value: i64): bool {
  return tagOf(value) == TAG_UNDEFINED;
}

export function isNullish(value: i64): bool {
  return tagOf(value) == TAG_NULL || tagOf(value) == TAG_UNDEFINED;
}

export function isObject(value: i64): bool {
  return tagOf(value) == TAG_OBJECT;
}

/** The number in a JSValue that is known to hold a small integer. */
export function toInt(value: i64): i32 {
  return i32(value);
}

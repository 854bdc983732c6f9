/** A host function, called from JavaScript: arguments to blocks and numbers, its answer to a value. */
import * as kernel from "./kernel";
import * as quickjs from "./quickjs";
import * as services from "./services";
import { context, lengthAt } from "./state";
import { bytesFromKernel, copyToKernel, stringFromKernel } from "./transfer";

/** `Answer` in runtime/native.ts. */
const ANSWER_TEXT: i32 = 0;
const ANSWER_BYTES: i32 = 1;

/** `NO_ROOM` in runtime/service.ts: none of the faults of the host, which never sees the call. */
const NO_ROOM_FAULT: f64 = -100;

const NO_FAILURE: i32 = 0;
const THROWN: i32 = 1;
const NO_ROOM: i32 = 2;

/** Why an argument of the call that is being prepared could not be passed. */
let failure: i32 = NO_FAILURE;

/** `from` is the first of `count` pointers to arguments. A result below 0 is one of the faults. */
export function callService(slot: i32, answer: i32, count: i32, from: usize): i64 {
  failure = NO_FAILURE;
  const a = parameter(0, count, from);
  const b = parameter(1, count, from);
  const c = parameter(2, count, from);
  const d = parameter(3, count, from);
  if (failure == THROWN) return quickjs.EXCEPTION;
  if (failure == NO_ROOM) return quickjs.JS_NewNumber(context, NO_ROOM_FAULT);
  return toValue(answer, call(slot, count, a, b, c, d));
}

function call(slot: i32, count: i32, a: i64, b: i64, c: i64, d: i64): i64 {
  if (count == 0) return services.call_0(slot);
  if (count == 1) return services.call_1(slot, a);
  if (count == 2) return services.call_2(slot, a, b);
  if (count == 3) return services.call_3(slot, a, b, c);
  return services.call_4(slot, a, b, c, d);
}

function toValue(answer: i32, result: i64): i64 {
  if (result > 0) {
    if (answer == ANSWER_TEXT) return stringFromKernel(<u64>result);
    if (answer == ANSWER_BYTES) return bytesFromKernel(<u64>result);
  } else if (result == 0 && answer <= ANSWER_BYTES) {
    return quickjs.NULL;
  }
  return quickjs.JS_NewNumber(context, <f64>result);
}

/** A number as it is, null as 0, and of anything else a block: a Uint8Array's bytes, or the text. */
function parameter(index: i32, count: i32, from: usize): i64 {
  if (index >= count || failure != NO_FAILURE) return 0;
  const pointer = load<usize>(from + ((<usize>index) << 2));
  const value = load<i64>(pointer);
  if (quickjs.isNullish(value)) return 0;
  if (quickjs.qjs_is_number(pointer) != 0) return integer(value);
  const block = quickjs.isObject(value) ? bytesToKernel(value) : textToKernel(value);
  if (block == 0 && failure == NO_FAILURE) failure = NO_ROOM;
  return <i64>block;
}

function integer(value: i64): i64 {
  if (quickjs.JS_ToInt64(context, lengthAt, value) < 0) failure = THROWN;
  return load<i64>(lengthAt);
}

function bytesToKernel(value: i64): u64 {
  const from = quickjs.JS_GetUint8Array(context, lengthAt, value);
  // Without a byte it may have no address either.
  const length = load<usize>(lengthAt);
  if (from == 0 && quickjs.JS_HasException(context) != 0) {
    failure = THROWN;
    return 0;
  }
  return from == 0 ? kernel.alloc(0) : copyToKernel(from, length);
}

function textToKernel(value: i64): u64 {
  const text = quickjs.JS_ToCStringLen2(context, lengthAt, value, 0);
  if (text == 0) {
    failure = THROWN;
    return 0;
  }
  const block = copyToKernel(text, load<usize>(lengthAt));
  quickjs.JS_FreeCString(context, text);
  return block;
}

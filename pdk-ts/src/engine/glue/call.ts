/** One call of a hook: input to JavaScript, what it answers to the kernel. */
import * as kernel from "./kernel";
import * as quickjs from "./quickjs";
import {
  argumentsAt,
  context,
  hooks,
  input,
  lengthAt,
  printThrown,
  runtime,
  setBody,
} from "./state";
import { copyToKernel, readInput, stringToKernel } from "./transfer";
import { clearUnhandled, isUnhandled, leaveThrown, takeUnhandled } from "./unhandled";

const DONE: i32 = 0;
const FAILED: i32 = 1;
const LINE_FEED: u8 = 10;

const PROMISE_PENDING: i32 = 0;
const PROMISE_REJECTED: i32 = 2;

/** Second argument of `printThrown` (runtime/failure.ts): a JSValue that holds an integer. */
const REASON_THROWN: i64 = 0;
const REASON_PENDING: i64 = 1;
const REASON_NO_ROOM: i64 = 2;
const REASON_UNHANDLED: i64 = 3;

/** The hook is given the whole input as text. */
export function callWithText(slot: i32): i32 {
  const length = readInput();
  if (length < 0) return failWithoutMemory();
  setBody(<usize>length, <usize>length);
  return callHook(slot, <usize>length);
}

/** The hook is given the frame's head as text; its body stays in `input` until it is asked for. */
export function callWithFrame(slot: i32): i32 {
  const length = readInput();
  if (length < 0) return failWithoutMemory();
  const head = headLength(<usize>length);
  setBody(min(head + 1, <usize>length), <usize>length);
  return callHook(slot, head);
}

/** The hook is given no argument; the whole input is the body. */
export function callWithBytes(slot: i32): i32 {
  const length = readInput();
  if (length < 0) return failWithoutMemory();
  setBody(0, <usize>length);
  return callHook(slot, 0);
}

/** Up to and with the line feed before the first empty line: `head LF body`. */
function headLength(length: usize): usize {
  const end = input + length;
  let at = input;
  while (at < end) {
    const found = quickjs.memchr(at, LINE_FEED, end - at);
    if (found == 0) break;
    at = found + 1;
    if (at < end && load<u8>(at) == LINE_FEED) return at - input;
  }
  return length;
}

function callHook(slot: i32, textLength: usize): i32 {
  const argument = quickjs.JS_NewStringLen(context, input, textLength);
  if (quickjs.isException(argument)) return failThrown();
  store<i64>(argumentsAt, argument);
  const hook = load<i64>(hooks + ((<usize>slot) << 3));
  const answer = quickjs.JS_Call(context, hook, quickjs.UNDEFINED, 1, argumentsAt);
  quickjs.JS_FreeValue(context, argument);
  // Jobs that a hook leaves behind must not run in the next caller's request.
  runJobs();
  if (quickjs.isObject(answer) && quickjs.JS_IsPromise(answer) != 0) return finishPromise(answer);
  return finish(answer);
}

/** There are no timers and no host promises: what is not settled by its jobs never will be. */
function finishPromise(promise: i64): i32 {
  const state = quickjs.JS_PromiseState(context, promise);
  const result = quickjs.JS_PromiseResult(context, promise);
  quickjs.JS_FreeValue(context, promise);
  if (state == PROMISE_PENDING) {
    // What the hook waits for may be what somebody's rejection kept from happening.
    if (isUnhandled()) return failUnhandled();
    return fail(quickjs.UNDEFINED, REASON_PENDING);
  }
  if (state == PROMISE_REJECTED) return fail(result, REASON_THROWN);
  return finish(result);
}

function finish(answer: i64): i32 {
  if (quickjs.isException(answer)) return failThrown();
  if (isUnhandled()) {
    quickjs.JS_FreeValue(context, answer);
    return failUnhandled();
  }
  if (quickjs.isUndefined(answer)) return DONE;
  const text = quickjs.JS_ToCStringLen2(context, lengthAt, answer, 0);
  quickjs.JS_FreeValue(context, answer);
  if (text == 0) return failThrown();
  const length = load<usize>(lengthAt);
  const output = copyToKernel(text, length);
  quickjs.JS_FreeCString(context, text);
  if (output == 0) return fail(quickjs.UNDEFINED, REASON_NO_ROOM);
  kernel.output_set(output, length);
  return DONE;
}

function failThrown(): i32 {
  return fail(quickjs.JS_GetException(context), REASON_THROWN);
}

function failUnhandled(): i32 {
  return fail(takeUnhandled(), REASON_UNHANDLED);
}

function failWithoutMemory(): i32 {
  quickjs.JS_ThrowOutOfMemory(context);
  return failThrown();
}

/** Hands the printed failure to the host; without a text when not even printing it works. */
function fail(thrown: i64, reason: i64): i32 {
  clearUnhandled();
  store<i64>(argumentsAt, thrown);
  store<i64>(argumentsAt + 8, reason);
  const text = quickjs.JS_Call(context, printThrown, quickjs.UNDEFINED, 2, argumentsAt);
  quickjs.JS_FreeValue(context, thrown);
  if (quickjs.isException(text)) {
    quickjs.JS_FreeValue(context, quickjs.JS_GetException(context));
    return FAILED;
  }
  const block = stringToKernel(text);
  quickjs.JS_FreeValue(context, text);
  if (block != 0) kernel.error_set(block);
  return FAILED;
}

/** Bounded by the fuel of the call, as any loop of the author's is. */
export function runJobs(): void {
  while (quickjs.JS_IsJobPending(runtime) != 0) {
    if (quickjs.JS_ExecutePendingJob(runtime, lengthAt) < 0) {
      leaveThrown(quickjs.JS_GetException(context));
    }
  }
}

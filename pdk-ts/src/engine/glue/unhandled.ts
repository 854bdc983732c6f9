/**
 * What goes wrong where no caller is: promises that are rejected and that nobody handles, and jobs
 * that throw. A call that leaves such a thing behind fails with it, as Node would.
 */
import * as quickjs from "./quickjs";
import { context } from "./state";

/** Of promises at one time. Of more, those that come later are not told: one is enough to fail. */
const PROMISES_MAX: i32 = 64;

/** JSValues of promises, in the order of their rejections. */
let promises: usize = 0;
let promiseCount: i32 = 0;

let isThrown: bool = false;
let thrown: i64 = 0;

export function createTracker(): void {
  promises = quickjs.malloc((<usize>PROMISES_MAX) << 3);
  quickjs.qjs_set_promise_rejection_handler(1);
}

/** Both boxes are ours to free. A promise that is handled after all comes a second time. */
export function host_promise_rejection(promiseBox: usize, reasonBox: usize, isHandled: i32): void {
  quickjs.JS_FreeValue(context, unbox(reasonBox));
  const promise = unbox(promiseBox);
  if (isHandled == 0 && promiseCount < PROMISES_MAX) {
    // It is kept, so that no other promise comes to lie where it lay.
    store<i64>(placeOf(promiseCount), promise);
    promiseCount++;
    return;
  }
  if (isHandled != 0) forget(promise);
  quickjs.JS_FreeValue(context, promise);
}

/** What a job threw; the first one counts. */
export function leaveThrown(value: i64): void {
  if (isThrown) {
    quickjs.JS_FreeValue(context, value);
    return;
  }
  isThrown = true;
  thrown = value;
}

export function isUnhandled(): bool {
  return isThrown || promiseCount > 0;
}

/** The reason, when there is one; the caller frees it. */
export function takeUnhandled(): i64 {
  if (!isThrown) return quickjs.JS_PromiseResult(context, load<i64>(promises));
  isThrown = false;
  return thrown;
}

/** The next call has nothing to do with it. */
export function clearUnhandled(): void {
  if (isThrown) quickjs.JS_FreeValue(context, thrown);
  isThrown = false;
  while (promiseCount > 0) {
    promiseCount--;
    quickjs.JS_FreeValue(context, load<i64>(placeOf(promiseCount)));
  }
}

function forget(promise: i64): void {
  for (let i = 0; i < promiseCount; i++) {
    if (load<i64>(placeOf(i)) != promise) continue;
    promiseCount--;
    memory.copy(placeOf(i), placeOf(i + 1), (<usize>(promiseCount - i)) << 3);
    quickjs.JS_FreeValue(context, promise);
    return;
  }
}

function placeOf(index: i32): usize {
  return promises + ((<usize>index) << 3);
}

function unbox(box: usize): i64 {
  const value = load<i64>(box);
  quickjs.free(box);
  return value;
}

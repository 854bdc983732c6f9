import { Buffer } from "node:buffer";
import { assert } from "../../lib/assert.ts";
import { WATCH_EXPORT, WATCH_SLOTS } from "../../wasm/profile/watch-functions.ts";

/**
 * (module (import "w" "enter" (func $enter (param i32 i32 i32 i32))) (import "w" "leave" (func $leave))
 *   (export "enter" (func $enter)) (export "leave" (func $leave)))
 */
const HELPER: Buffer = Buffer.from(
  "AGFzbQEAAAABCwJgBH9/f38AYAAAAhUCAXcFZW50ZXIAAAF3BWxlYXZlAAEHEQIFZW50ZXIAAAVsZWF2ZQAB",
  "base64",
);

export interface Watcher {
  /** `context` and the halves of `callee` are told of an interpreter alone. */
  readonly enter: (
    functionIndex: number,
    context: number,
    calleeLow: number,
    calleeHigh: number,
  ) => void;
  readonly leave: () => void;
}

let compiled: WebAssembly.Module | undefined;

/** Has a module that `watchFunctions` has made tell of its calls: tables take functions of wasm only. */
export function connectWatcher(exports: WebAssembly.Exports, watcher: Watcher): void {
  const table = exports[WATCH_EXPORT];
  assert(table instanceof WebAssembly.Table, "a module that is watched exports its slots");
  compiled ??= new WebAssembly.Module(HELPER);
  const { enter, leave } = watcher;
  const helper = new WebAssembly.Instance(compiled, { w: { enter, leave } });
  table.set(WATCH_SLOTS.enter, helper.exports["enter"]);
  table.set(WATCH_SLOTS.leave, helper.exports["leave"]);
}

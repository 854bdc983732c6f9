/** What QuickJS calls: the native function behind `runtime/native.ts`, and its host callbacks. */
import * as kernel from "./kernel";
import * as quickjs from "./quickjs";
import * as wasi from "./wasi";
import { digest } from "./digest";
import { callService } from "./service-call";
import { bodyOffset, context, input, inputLength, isSeeded, lengthAt } from "./state";
import { seed0, seed1, setSeed } from "./state";
import { stringFromKernel, stringToKernel, writeToKernel } from "./transfer";

/** `Operation` in runtime/native.ts. */
const LOG_DEBUG: i32 = 0;
const LOG_INFO: i32 = 1;
const LOG_WARN: i32 = 2;
const LOG_ERROR: i32 = 3;
const CONFIG_GET: i32 = 4;
const BODY_TEXT: i32 = 5;
const BODY_BYTES: i32 = 6;
const OUTPUT_WITH_BYTES: i32 = 7;
const RANDOM: i32 = 8;
const ENCODE: i32 = 9;
const DECODE: i32 = 10;
const SERVICE: i32 = 11;
const RANDOM_BYTES: i32 = 12;
const DIGEST: i32 = 13;

/** Arguments of `SERVICE` in front of those of the host's function. */
const SERVICE_ARGUMENTS: i32 = 3;

/** The trampoline of quickjs-wasi passes pointers to JSValues and takes one, or 0 after a throw. */
export function host_call(
  name: usize,
  nameLength: i32,
  self: usize,
  argumentCount: i32,
  argumentsFrom: usize,
): usize {
  const operation = quickjs.toInt(argument(argumentsFrom, 0));
  const result = perform(operation, argumentCount, argumentsFrom);
  if (quickjs.isException(result)) return 0;
  const box = quickjs.malloc(8);
  if (box == 0) {
    quickjs.JS_ThrowOutOfMemory(context);
    return 0;
  }
  store<i64>(box, result);
  return box;
}

function argument(argumentsFrom: usize, index: i32): i64 {
  return load<i64>(load<usize>(argumentsFrom + ((<usize>index) << 2)));
}

/** `runtime/native.ts` passes exactly the arguments that an operation takes. */
function perform(operation: i32, argumentCount: i32, argumentsFrom: usize): i64 {
  if (operation <= LOG_ERROR) return writeLog(operation, argument(argumentsFrom, 1));
  if (operation == CONFIG_GET) return readConfig(argument(argumentsFrom, 1));
  if (operation == BODY_TEXT) {
    return quickjs.JS_NewStringLen(context, input + bodyOffset, inputLength - bodyOffset);
  }
  if (operation == BODY_BYTES) {
    return quickjs.JS_NewUint8ArrayCopy(context, input + bodyOffset, inputLength - bodyOffset);
  }
  if (operation == OUTPUT_WITH_BYTES) {
    return writeOutput(argument(argumentsFrom, 1), argument(argumentsFrom, 2));
  }
  if (operation == RANDOM) return random();
  if (operation == ENCODE) return encode(argument(argumentsFrom, 1));
  if (operation == DECODE) return decode(argument(argumentsFrom, 1));
  if (operation == SERVICE) {
    return callService(
      quickjs.toInt(argument(argumentsFrom, 1)),
      quickjs.toInt(argument(argumentsFrom, 2)),
      argumentCount - SERVICE_ARGUMENTS,
      argumentsFrom + ((<usize>SERVICE_ARGUMENTS) << 2),
    );
  }
  if (operation == RANDOM_BYTES) return randomBytes(quickjs.toInt(argument(argumentsFrom, 1)));
  if (operation == DIGEST) {
    return digest(
      quickjs.toInt(argument(argumentsFrom, 1)),
      argument(argumentsFrom, 2),
      argument(argumentsFrom, 3),
    );
  }
  return quickjs.UNDEFINED;
}

/** The host frees the block of a message, as that of a key. */
function writeLog(level: i32, message: i64): i64 {
  const block = stringToKernel(message);
  // A kernel without room for the message loses it: logging never fails a hook.
  if (block == 0) return quickjs.UNDEFINED;
  if (level == LOG_DEBUG) kernel.log_debug(block);
  else if (level == LOG_INFO) kernel.log_info(block);
  else if (level == LOG_WARN) kernel.log_warn(block);
  else kernel.log_error(block);
  return quickjs.UNDEFINED;
}

function readConfig(key: i64): i64 {
  const block = stringToKernel(key);
  if (block == 0) return quickjs.NULL;
  return stringFromKernel(kernel.config_get(block));
}

/** Sets the output to the text `head` and the bytes behind it. False when there is no room. */
function writeOutput(head: i64, bytes: i64): i64 {
  const text = quickjs.JS_ToCStringLen2(context, lengthAt, head, 0);
  if (text == 0) return quickjs.EXCEPTION;
  const headBytes = load<usize>(lengthAt);
  const from = quickjs.JS_GetUint8Array(context, lengthAt, bytes);
  const bodyBytes = from == 0 ? <usize>0 : load<usize>(lengthAt);
  const output = kernel.alloc(headBytes + bodyBytes);
  if (output != 0) {
    writeToKernel(output, text, headBytes);
    writeToKernel(output + headBytes, from, bodyBytes);
    kernel.output_set(output, headBytes + bodyBytes);
  }
  quickjs.JS_FreeCString(context, text);
  return output != 0 ? quickjs.TRUE : quickjs.FALSE;
}

/** xorshift128+, as the engine's own `Math.random`, whose seed the snapshot would have frozen. */
function random(): i64 {
  if (!isSeeded) {
    wasi.random_get(lengthAt, 16);
    setSeed(true, load<u64>(lengthAt) | 1, load<u64>(lengthAt + 8));
  }
  let a = seed0;
  const b = seed1;
  a ^= a << 23;
  a ^= a >> 17;
  a ^= b ^ (b >> 26);
  setSeed(true, b, a);
  return quickjs.JS_NewNumber(context, <f64>((a + b) >> 11) * (1.0 / 9007199254740992.0));
}

/** The host's own random bytes; the length has been checked. */
function randomBytes(length: i32): i64 {
  const bytes = quickjs.malloc(<usize>max(length, 1));
  if (bytes == 0) return quickjs.JS_ThrowOutOfMemory(context);
  wasi.random_get(bytes, <usize>length);
  const result = quickjs.JS_NewUint8ArrayCopy(context, bytes, <usize>length);
  quickjs.free(bytes);
  return result;
}

function encode(text: i64): i64 {
  const from = quickjs.JS_ToCStringLen2(context, lengthAt, text, 0);
  if (from == 0) return quickjs.EXCEPTION;
  const bytes = quickjs.JS_NewUint8ArrayCopy(context, from, load<usize>(lengthAt));
  quickjs.JS_FreeCString(context, from);
  return bytes;
}

function decode(bytes: i64): i64 {
  const from = quickjs.JS_GetUint8Array(context, lengthAt, bytes);
  if (from == 0) return quickjs.EXCEPTION;
  return quickjs.JS_NewStringLen(context, from, load<usize>(lengthAt));
}

/** Fuel and deadlines are the host's: the engine needs no interrupts of its own. */
export function host_interrupt(): i32 {
  return 0;
}

/** A plugin is one bundled script: there are no modules to load. */
export function host_module_normalize(base: usize, name: usize): usize {
  return 0;
}

export function host_module_load(name: usize, context: usize): usize {
  return 0;
}

/** Plugins live in UTC, on every machine. */
export function host_get_timezone_offset(high: i32, low: i32): i32 {
  return 0;
}

const ERRNO_BADF: i32 = 8;

/** A plugin has no files: these four would only be reached by C code that prints. */
export function fd_close(file: i32): i32 {
  return ERRNO_BADF;
}

export function fd_fdstat_get(file: i32, to: i32): i32 {
  return ERRNO_BADF;
}

export function fd_seek(file: i32, offset: i64, whence: i32, to: i32): i32 {
  return ERRNO_BADF;
}

export function fd_write(file: i32, vectors: i32, count: i32, to: i32): i32 {
  return ERRNO_BADF;
}

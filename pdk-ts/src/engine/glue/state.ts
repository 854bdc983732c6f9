/** Everything here is in wasm globals or on QuickJS's heap, and so becomes part of the snapshot. */
import { malloc, qjs_get_context_ptr, qjs_get_runtime_ptr } from "./quickjs";

export const HOOK_SLOTS: i32 = 64;
const INPUT_BYTES_FIRST: usize = 16384;

export let context: usize = 0;
export let runtime: usize = 0;
/** `HOOK_SLOTS` JSValues: what each hook export calls. */
export let hooks: usize = 0;
/** `(thrown) => string`: prints an exception. */
export let printThrown: i64 = 0;

/** The argument of the call into JavaScript. */
export let argumentsAt: usize = 0;
/** Where C functions write a length or a pointer. */
export let lengthAt: usize = 0;

/** The input of the call, kept until the next one: the body is read from it on demand. */
export let input: usize = 0;
export let inputBytesMax: usize = 0;
export let inputLength: usize = 0;
export let bodyOffset: usize = 0;

/** xorshift128+; seeded from the host at the first `Math.random()` of an instance. */
export let isSeeded: bool = false;
export let seed0: u64 = 0;
export let seed1: u64 = 0;

export function createState(): void {
  context = qjs_get_context_ptr();
  runtime = qjs_get_runtime_ptr();
  hooks = malloc((<usize>HOOK_SLOTS) << 3);
  memory.fill(hooks, 0, (<usize>HOOK_SLOTS) << 3);
  argumentsAt = malloc(16);
  lengthAt = malloc(16);
  inputBytesMax = INPUT_BYTES_FIRST;
  input = malloc(inputBytesMax);
}

export function setPrintThrown(value: i64): void {
  printThrown = value;
}

export function setBody(offset: usize, end: usize): void {
  bodyOffset = offset;
  inputLength = end;
}

export function setInput(block: usize, bytesMax: usize): void {
  input = block;
  inputBytesMax = bytesMax;
}

export function setSeed(seeded: bool, first: u64, second: u64): void {
  isSeeded = seeded;
  seed0 = first;
  seed1 = second;
}

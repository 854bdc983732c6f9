import { wat } from "./wat.ts";

/** A constant text, as the address of a new block. */
export type Text = (value: string) => string;

/** Bodies of hooks by name, in wat: each leaves a status. */
export type Script = (text: Text) => Readonly<Record<string, string>>;

const PRELUDE = `
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load (param i64) (result i32)))
  (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load (param i64) (result i32)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))
  (import "extism:host/env" "error_set" (func $fail_with (param i64)))
  (import "extism:host/env" "log_info" (func $log (param i64)))`;

/**
 * $input: the input as a block. $cat: two blocks in a new one. $say: a block as the output.
 * $fail: fails with a block as the reason.
 */
const FUNCTIONS = `
  (memory (export "memory") 1)
  (func $constant (param $from i32) (param $size i32) (result i64)
    (local $block i64) (local $i i32)
    (local.set $block (call $alloc (i64.extend_i32_u (local.get $size))))
    (block $done (loop $copy
      (br_if $done (i32.ge_u (local.get $i) (local.get $size)))
      (call $store (i64.add (local.get $block) (i64.extend_i32_u (local.get $i)))
        (i32.load8_u (i32.add (local.get $from) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $copy)))
    (local.get $block))
  (func $copy_to (param $to i64) (param $from i64) (param $size i64)
    (local $i i64)
    (block $done (loop $copy
      (br_if $done (i64.ge_u (local.get $i) (local.get $size)))
      (call $store (i64.add (local.get $to) (local.get $i))
        (call $load (i64.add (local.get $from) (local.get $i))))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br $copy))))
  (func $cat (param $a i64) (param $b i64) (result i64)
    (local $block i64) (local $size i64)
    (local.set $size (call $length (local.get $a)))
    (local.set $block
      (call $alloc (i64.add (local.get $size) (call $length (local.get $b)))))
    (call $copy_to (local.get $block) (local.get $a) (local.get $size))
    (call $copy_to (i64.add (local.get $block) (local.get $size)) (local.get $b)
      (call $length (local.get $b)))
    (local.get $block))
  (func $input (result i64)
    (local $block i64) (local $i i64)
    (local.set $block (call $alloc (call $input_length)))
    (block $done (loop $copy
      (br_if $done (i64.ge_u (local.get $i) (call $input_length)))
      (call $store (i64.add (local.get $block) (local.get $i)) (call $input_load (local.get $i)))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br $copy)))
    (local.get $block))
  (func $say (param $block i64) (result i32)
    (call $output (local.get $block) (call $length (local.get $block)))
    (i32.const 0))
  (func $fail (param $block i64) (result i32)
    (call $fail_with (local.get $block))
    (i32.const 1))`;

/** A module whose hooks do what `script` says; `imports` are further ones. */
export function scripted(script: Script, imports = ""): Uint8Array<ArrayBuffer> {
  let data = "";
  let size = 0;
  const hooks = script((value) => {
    const bytes = Buffer.from(value);
    const from = size;
    size += bytes.length;
    data += [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
    return `(call $constant (i32.const ${from}) (i32.const ${bytes.length}))`;
  });
  const functions = Object.entries(hooks).map(
    ([hook, body]) => `(func (export "${hook}") (result i32) ${body})`,
  );
  return wat(`(module ${PRELUDE} ${imports} ${FUNCTIONS}
    ${functions.join("\n")} (data (i32.const 0) "${data}"))`);
}

/** A hook that answers what it was given. */
export const ECHO = "(call $say (call $input))";
export const DONE = "(i32.const 0)";

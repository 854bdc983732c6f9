;; Answers the value of the key that is its input.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input (param i64) (result i32)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))
  (import "extism:host/user" "bw_kv_get" (func $get (param i64) (result i64)))
  (func (export "process_endpoint") (result i32)
    (local $key i64) (local $at i64) (local $value i64)
    (local.set $key (call $alloc (call $input_length)))
    (block $done
      (loop $next
        (br_if $done (i64.eq (local.get $at) (call $input_length)))
        (call $store
          (i64.add (local.get $key) (local.get $at))
          (call $input (local.get $at)))
        (local.set $at (i64.add (local.get $at) (i64.const 1)))
        (br $next)))
    (local.set $value (call $get (local.get $key)))
    (call $output (local.get $value) (call $length (local.get $value)))
    (i32.const 0)))

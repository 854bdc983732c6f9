;; Reads its input in every way there is: by its address, by offsets, and as its own output.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
  (import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "input_offset" (func $input_offset (result i64)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (func $answer (param $first i64) (param $second i64)
    (local $block i64)
    (local.set $block (call $alloc (i64.const 16)))
    (call $store_u64 (local.get $block) (local.get $first))
    (call $store_u64 (i64.add (local.get $block) (i64.const 8)) (local.get $second))
    (call $output_set (local.get $block) (i64.const 16)))
  ;; Its length, and that of its block.
  (func (export "before_request") (result i32)
    (call $answer (call $input_length) (call $length (call $input_offset)))
    (i32.const 0))
  ;; The input is a block like others.
  (func (export "process_endpoint") (result i32)
    (call $output_set (call $input_offset) (call $input_length))
    (i32.const 0))
  ;; Its last byte, by offset and by address.
  (func (export "after_response") (result i32)
    (local $last i64)
    (local.set $last (i64.sub (call $input_length) (i64.const 1)))
    (call $answer
      (i64.extend_i32_u (call $input_load_u8 (local.get $last)))
      (i64.extend_i32_u (call $load_u8 (i64.add (call $input_offset) (local.get $last)))))
    (i32.const 0))
  ;; Its last eight bytes, likewise.
  (func (export "health_check") (result i32)
    (local $last i64)
    (local.set $last (i64.sub (call $input_length) (i64.const 8)))
    (call $answer
      (call $input_load_u64 (local.get $last))
      (call $load_u64 (i64.add (call $input_offset) (local.get $last))))
    (i32.const 0)))

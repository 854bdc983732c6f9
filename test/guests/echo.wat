;; Returns its input, copied through the kernel eight bytes at a time as Extism PDKs do.
(module
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "before_request") (export "process_endpoint") (result i32)
    (local $length i64) (local $offset i64) (local $block i64)
    (local.set $length (call $input_length))
    (local.set $block (call $alloc (local.get $length)))
    (block $words_done
      (loop $words
        (br_if $words_done
          (i64.gt_u (i64.add (local.get $offset) (i64.const 8)) (local.get $length)))
        (call $store_u64
          (i64.add (local.get $block) (local.get $offset))
          (call $input_load_u64 (local.get $offset)))
        (local.set $offset (i64.add (local.get $offset) (i64.const 8)))
        (br $words)))
    (block $bytes_done
      (loop $bytes
        (br_if $bytes_done (i64.ge_u (local.get $offset) (local.get $length)))
        (call $store_u8
          (i64.add (local.get $block) (local.get $offset))
          (call $input_load_u8 (local.get $offset)))
        (local.set $offset (i64.add (local.get $offset) (i64.const 1)))
        (br $bytes)))
    (call $output_set (local.get $block) (local.get $length))
    (i32.const 0)))

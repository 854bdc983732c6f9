;; Returns its input backwards, by way of its own memory, which grows for it.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "process_endpoint") (result i32)
    (local $length i32) (local $at i32) (local $block i64)
    (local.set $length (i32.wrap_i64 (call $input_length)))
    (local.set $block (call $alloc (call $input_length)))
    (if (i32.gt_u (local.get $length) (i32.shl (memory.size) (i32.const 16)))
      (then
        (drop (memory.grow (i32.shr_u (local.get $length) (i32.const 16))))))
    (block $read
      (loop $next
        (br_if $read (i32.eq (local.get $at) (local.get $length)))
        (i32.store8
          (i32.sub (i32.sub (local.get $length) (local.get $at)) (i32.const 1))
          (call $input_load_u8 (i64.extend_i32_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (block $written
      (loop $next
        (br_if $written (i32.eqz (local.get $at)))
        (local.set $at (i32.sub (local.get $at) (i32.const 1)))
        (call $store_u8
          (i64.add (local.get $block) (i64.extend_i32_u (local.get $at)))
          (i32.load8_u (local.get $at)))
        (br $next)))
    (call $output_set (local.get $block) (call $input_length))
    (i32.const 0)))

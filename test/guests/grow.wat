;; Grows its memory page by page until that fails, touches every page and answers how many there are,
;; as a number of two bytes.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "before_request") (result i32)
    (local $at i64) (local $page i32)
    (loop $again
      (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (loop $touch
      (i32.store (i32.shl (local.get $page) (i32.const 16)) (i32.const 1))
      (local.set $page (i32.add (local.get $page) (i32.const 1)))
      (br_if $touch (i32.lt_u (local.get $page) (memory.size))))
    (local.set $at (call $alloc (i64.const 2)))
    (call $store_u8 (local.get $at) (i32.shr_u (memory.size) (i32.const 8)))
    (call $store_u8 (i64.add (local.get $at) (i64.const 1)) (i32.and (memory.size) (i32.const 255)))
    (call $output_set (local.get $at) (i64.const 2))
    (i32.const 0)))

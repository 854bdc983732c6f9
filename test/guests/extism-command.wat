;; A command: _start runs once, and health_check answers how often it did.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (global $started (mut i32) (i32.const 0))
  (func (export "_start")
    (global.set $started (i32.add (global.get $started) (i32.const 1))))
  (func (export "health_check") (result i32)
    (local $block i64)
    (local.set $block (call $alloc (i64.const 1)))
    (call $store_u8 (local.get $block) (global.get $started))
    (call $output_set (local.get $block) (i64.const 1))
    (i32.const 0)))

;; Fails with a reason that holds a line feed: "no\nluck". after_response fails without one.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))
  (func (export "before_request") (result i32)
    (local $block i64)
    (local.set $block (call $alloc (i64.const 7)))
    (call $store_u64 (local.get $block) (i64.const 0x6b63756c0a6f6e))
    (call $error_set (local.get $block))
    (i32.const 1))
  (func (export "after_response") (result i32) (i32.const 1)))

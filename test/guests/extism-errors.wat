;; Fails for the reason that is its input, and in the ways in which runtimes differ.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "input_offset" (func $input_offset (result i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))
  (import "extism:host/env" "error_get" (func $error_get (result i64)))
  (func (export "before_request") (result i32)
    (call $error_set (call $input_offset))
    (i32.const 1))
  ;; There is none, then the input is it, then a later one: "later!!!".
  (func (export "process_endpoint") (result i32)
    (local $later i64)
    (if (i64.ne (call $error_get) (i64.const 0)) (then (unreachable)))
    (call $error_set (call $input_offset))
    (if (i64.ne (call $error_get) (call $input_offset)) (then (unreachable)))
    (local.set $later (call $alloc (i64.const 8)))
    (call $store_u64 (local.get $later) (i64.const 0x212121726574616c))
    (call $error_set (local.get $later))
    (if (i64.ne (call $error_get) (local.get $later)) (then (unreachable)))
    (i32.const 1))
  ;; Sets a reason and says by its status that all went well.
  (func (export "after_response") (result i32)
    (call $error_set (call $input_offset))
    (call $output_set (call $input_offset) (i64.const 2))
    (i32.const 0))
  ;; Fails without a reason.
  (func (export "health_check") (result i32) (i32.const 1)))

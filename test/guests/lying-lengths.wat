;; Hands the kernel an address and a length whose sum wraps past 2^64.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
  (func (export "before_request") (result i32)
    (call $output_set (call $alloc (i64.const 8)) (i64.const -8))
    (i32.const 0))
  (func (export "after_response") (result i32)
    (drop (call $load_u64 (i64.const -4)))
    (i32.const 0)))

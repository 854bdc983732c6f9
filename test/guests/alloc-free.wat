;; Allocates a large block and frees it, for ever: the kernel zeroes each one.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (func $churn (export "before_request") (result i32)
    (loop $again
      (call $free (call $alloc (i64.const 0x800000)))
      (br $again))
    (unreachable))
  (func (export "health_check") (result i32) (i32.const 0)))

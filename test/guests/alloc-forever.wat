;; Allocates one byte at a time until the kernel has none left, then fails.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (func (export "before_request") (result i32)
    (loop $more
      (br_if $more (i64.ne (call $alloc (i64.const 1)) (i64.const 0))))
    (i32.const 1)))

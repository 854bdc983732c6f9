;; Leaves no room in kernel memory for what it then asks the host for.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/user" "bw_random_bytes" (func $random (param i64) (result i64)))
  (memory (export "memory") 256)
  (func (export "before_request") (result i32)
    (drop (call $alloc (i64.const 1550000)))
    (i32.eqz (i64.eq (call $random (i64.const 65536)) (i64.const -5))))
  (func (export "health_check") (result i32) (i32.const 0)))

;; Takes and gives back 8 MiB five thousand times when it starts.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (func $take
    (local $left i32)
    (local.set $left (i32.const 5000))
    (loop $again
      (call $free (call $alloc (i64.const 0x800000)))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
  (start $take)
  (func (export "before_request") (result i32) (i32.const 0)))

;; Waits for the host, works for several slices, and waits again.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store (param i64 i64)))
  (import "extism:host/user" "bw_plugin_call" (func $call (param i64 i64) (result i64)))
  (func $ask
    (local $name i64)
    (local.set $name (call $alloc (i64.const 5)))
    (call $store (local.get $name) (i64.const 0x726568746f))
    (drop (call $call (local.get $name) (i64.const 0))))
  (func (export "before_request") (result i32)
    (local $left i32)
    (call $ask)
    (local.set $left (i32.const 3000000))
    (loop $spin
      (br_if $spin (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (call $ask)
    (i32.const 0)))

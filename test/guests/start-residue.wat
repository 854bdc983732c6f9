;; Looks in its start, before any call of its own, at what is its input: before_request answers that, and
;; process_endpoint traps.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input (param i64) (result i32)))
  (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))
  (memory (export "memory") 1)
  (global $seen (mut i64) (i64.const 0))
  (func $look
    (block $done
      (loop $next
        (br_if $done (i64.eq (global.get $seen) (call $input_length)))
        (i32.store8 (i32.wrap_i64 (global.get $seen)) (call $input (global.get $seen)))
        (global.set $seen (i64.add (global.get $seen) (i64.const 1)))
        (br $next))))
  (start $look)
  (func (export "before_request") (result i32)
    (local $at i64) (local $index i64)
    (local.set $at (call $alloc (global.get $seen)))
    (block $done
      (loop $next
        (br_if $done (i64.eq (local.get $index) (global.get $seen)))
        (call $store
          (i64.add (local.get $at) (local.get $index))
          (i32.load8_u (i32.wrap_i64 (local.get $index))))
        (local.set $index (i64.add (local.get $index) (i64.const 1)))
        (br $next)))
    (call $output (local.get $at) (global.get $seen))
    (i32.const 0))
  (func (export "process_endpoint") (result i32) (unreachable)))

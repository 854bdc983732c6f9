;; before_request leaves a secret in a block; process_endpoint returns all kernel memory it can reach.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
  ;; "SECRET!!" sixteen times.
  (func (export "before_request") (result i32)
    (local $block i64) (local $at i64)
    (local.set $block (call $alloc (i64.const 128)))
    (loop $next
      (call $store_u64
        (i64.add (local.get $block) (local.get $at))
        (i64.const 0x2121544552434553))
      (local.set $at (i64.add (local.get $at) (i64.const 8)))
      (br_if $next (i64.lt_u (local.get $at) (i64.const 128))))
    (i32.const 0))
  ;; A block of the size of the old one, freed and asked for again: everything from 64 to its end.
  (func (export "process_endpoint") (result i32)
    (local $block i64)
    (call $free (call $alloc (i64.const 128)))
    (local.set $block (call $alloc (i64.const 200)))
    (call $output_set
      (i64.const 64)
      (i64.sub (i64.add (local.get $block) (i64.const 200)) (i64.const 64)))
    (i32.const 0))
  ;; Reads a block after giving it back.
  (func (export "after_response") (result i32)
    (local $block i64)
    (local.set $block (call $alloc (i64.const 128)))
    (call $free (local.get $block))
    (drop (call $load_u8 (local.get $block)))
    (i32.const 0)))

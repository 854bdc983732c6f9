;; Sets its output in the ways that PDKs do: twice, not at all, in part, and freed afterwards.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  ;; "abcdefgh" or the like: eight letters from the given one.
  (func $letters (param $word i64) (result i64)
    (local $block i64)
    (local.set $block (call $alloc (i64.const 8)))
    (call $store_u64 (local.get $block) (local.get $word))
    (local.get $block))
  ;; The last one counts.
  (func (export "before_request") (result i32)
    (call $output_set (call $letters (i64.const 0x4847464544434241)) (i64.const 8))
    (call $output_set (call $letters (i64.const 0x6867666564636261)) (i64.const 8))
    (i32.const 0))
  (func (export "process_endpoint") (result i32) (i32.const 0))
  ;; "cde" of "abcdefgh".
  (func (export "after_response") (result i32)
    (call $output_set
      (i64.add (call $letters (i64.const 0x6867666564636261)) (i64.const 2))
      (i64.const 3))
    (i32.const 0))
  (func (export "health_check") (result i32)
    (local $block i64)
    (local.set $block (call $letters (i64.const 0x6867666564636261)))
    (call $output_set (local.get $block) (i64.const 8))
    (call $free (local.get $block))
    (i32.const 0)))

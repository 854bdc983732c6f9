;; Takes all the memory it can get and touches every page: its own, tables, blocks of the kernel. Each
;; hook takes them in another order. Growing ends with -1, allocating with 0, and never with a trap.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (memory 1)
  (table $funcs 0 funcref)
  (table $externs 0 externref)
  (elem declare func $memories)
  (func $memories
    (local $at i32)
    (loop $next
      (local.set $at (memory.grow (i32.const 1)))
      (if (i32.ne (local.get $at) (i32.const -1))
        (then
          (memory.fill
            (i32.shl (local.get $at) (i32.const 16)) (i32.const 1) (i32.const 65536))
          (br $next)))))
  (func $tables
    (loop $next
      (br_if $next
        (i32.ne (table.grow $funcs (ref.func $memories) (i32.const 1000)) (i32.const -1))))
    (loop $next
      (br_if $next
        (i32.ne (table.grow $externs (ref.null extern) (i32.const 1000)) (i32.const -1)))))
  ;; The kernel zeroes what it hands out.
  (func $blocks
    (loop $next
      (br_if $next (i64.ne (call $alloc (i64.const 65000)) (i64.const 0)))))
  ;; Pages of memory, slots of both tables.
  (func $tell (param $block i64) (result i32)
    (call $store_u64 (local.get $block)
      (i64.or
        (i64.extend_i32_u (memory.size))
        (i64.shl
          (i64.extend_i32_u (i32.add (table.size $funcs) (table.size $externs)))
          (i64.const 32))))
    (call $output_set (local.get $block) (i64.const 8))
    (i32.const 0))
  (func (export "before_request") (result i32)
    (local $block i64)
    (local.set $block (call $alloc (i64.const 8)))
    (call $memories) (call $tables) (call $blocks)
    (call $tell (local.get $block)))
  (func (export "process_endpoint") (result i32)
    (local $block i64)
    (local.set $block (call $alloc (i64.const 8)))
    (call $blocks) (call $tables) (call $memories)
    (call $tell (local.get $block)))
  (func (export "after_response") (result i32)
    (local $block i64)
    (local.set $block (call $alloc (i64.const 8)))
    (call $tables) (call $blocks) (call $memories)
    (call $tell (local.get $block))))

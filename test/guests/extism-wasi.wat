;; Writes to stdout through WASI and answers what each function said, as 32-bit words.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get"
    (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get"
    (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get"
    (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get"
    (func $fd_fdstat_get (param i32 i32) (result i32)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\05\00\00\00\20\00\00\00\07\00\00\00")
  (data (i32.const 16) "hello")
  (data (i32.const 32) "\nworld\n")
  ;; 32 bytes from address 256.
  (func $answer
    (local $block i64) (local $at i32)
    (local.set $block (call $alloc (i64.const 32)))
    (loop $next
      (call $store_u64
        (i64.add (local.get $block) (i64.extend_i32_u (local.get $at)))
        (i64.load (i32.add (i32.const 256) (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 32))))
    (call $output_set (local.get $block) (i64.const 32)))
  ;; Two vectors to stdout, and none to a descriptor that is not there.
  (func (export "before_request") (result i32)
    (i32.store (i32.const 256) (call $fd_write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 260)))
    (i32.store (i32.const 264) (call $fd_write (i32.const 9) (i32.const 0) (i32.const 2) (i32.const 268)))
    (call $answer)
    (i32.const 0))
  ;; No arguments, no environment, no folders.
  (func (export "process_endpoint") (result i32)
    (i32.store (i32.const 256) (call $args_sizes_get (i32.const 260) (i32.const 264)))
    (i32.store (i32.const 268) (call $environ_sizes_get (i32.const 272) (i32.const 276)))
    (i32.store (i32.const 280) (call $fd_prestat_get (i32.const 3) (i32.const 320)))
    (i32.store (i32.const 284) (call $sched_yield))
    (call $answer)
    (i32.const 0))
  ;; Random bytes and both clocks are there: 0 for success, 1 for a value.
  (func (export "after_response") (result i32)
    (i32.store (i32.const 256) (call $random_get (i32.const 320) (i32.const 16)))
    (i32.store (i32.const 260) (i64.ne (i64.load (i32.const 320)) (i64.const 0)))
    (i32.store (i32.const 264)
      (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 320)))
    (i32.store (i32.const 268) (i64.gt_u (i64.load (i32.const 320)) (i64.const 0x16000000_00000000)))
    (i32.store (i32.const 272)
      (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 320)))
    (i32.store (i32.const 276) (i64.ne (i64.load (i32.const 320)) (i64.const 0)))
    (call $answer)
    (i32.const 0))
  ;; What stdout is.
  (func (export "health_check") (result i32)
    (i32.store (i32.const 256) (call $fd_fdstat_get (i32.const 1) (i32.const 320)))
    (call $answer)
    (i32.const 0)))

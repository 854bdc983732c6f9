;; A WASI reactor: _initialize reads the clock, before_request writes to stdout, after_response exits.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get"
    (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get"
    (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\0c\00\00\00")
  (data (i32.const 16) "hello\nworld!")
  (global $started (mut i32) (i32.const 0))
  (func (export "_initialize")
    (if (global.get $started) (then (unreachable)))
    (global.set $started (i32.const 1))
    (if (call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 64)) (then (unreachable))))
  ;; Returns 0 when all answers are as ABI 1 says, else the number of the wrong one.
  (func (export "before_request") (result i32)
    (if (i32.eqz (global.get $started)) (then (return (i32.const 2))))
    (if (i64.eqz (i64.load (i32.const 64))) (then (return (i32.const 3))))
    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))
      (then (return (i32.const 4))))
    (if (i32.ne (i32.load (i32.const 8)) (i32.const 12)) (then (return (i32.const 5))))
    (if (call $random_get (i32.const 128) (i32.const 8)) (then (return (i32.const 6))))
    (if (i64.eqz (i64.load (i32.const 128))) (then (return (i32.const 7))))
    (i32.store (i32.const 72) (i32.const -1))
    (if (call $environ_sizes_get (i32.const 72) (i32.const 76)) (then (return (i32.const 8))))
    (if (i32.load (i32.const 72)) (then (return (i32.const 9))))
    (if (i32.ne (call $fd_prestat_get (i32.const 3) (i32.const 80)) (i32.const 8))
      (then (return (i32.const 10))))
    (if (i32.ne
          (call $path_open
            (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 5) (i32.const 0)
            (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 80))
          (i32.const 52))
      (then (return (i32.const 11))))
    (i32.const 0))
  (func (export "after_response") (result i32) (call $proc_exit (i32.const 3)) (i32.const 0)))

;; Imports every function of WASI preview 1 once: what works in on_call, what answers an error number in
;; generate_report, and proc_exit in cleanup.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "wasi_snapshot_preview1" "args_get"
    (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get"
    (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_res_get"
    (func $clock_res_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get"
    (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get"
    (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_advise"
    (func $fd_advise (param i32 i64 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_allocate"
    (func $fd_allocate (param i32 i64 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close"
    (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_datasync"
    (func $fd_datasync (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get"
    (func $fd_fdstat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_set_flags"
    (func $fd_fdstat_set_flags (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_set_rights"
    (func $fd_fdstat_set_rights (param i32 i64 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get"
    (func $fd_filestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size"
    (func $fd_filestat_set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_times"
    (func $fd_filestat_set_times (param i32 i64 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pread"
    (func $fd_pread (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name"
    (func $fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get"
    (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pwrite"
    (func $fd_pwrite (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir"
    (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_renumber"
    (func $fd_renumber (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek"
    (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_sync"
    (func $fd_sync (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_tell"
    (func $fd_tell (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory"
    (func $path_create_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get"
    (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_set_times"
    (func $path_filestat_set_times (param i32 i32 i32 i32 i64 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_link"
    (func $path_link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_readlink"
    (func $path_readlink (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_remove_directory"
    (func $path_remove_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename"
    (func $path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_symlink"
    (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file"
    (func $path_unlink_file (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff"
    (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit"
    (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "proc_raise"
    (func $proc_raise (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get"
    (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield"
    (func $sched_yield (result i32)))
  (import "wasi_snapshot_preview1" "sock_accept"
    (func $sock_accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_recv"
    (func $sock_recv (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_send"
    (func $sock_send (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_shutdown"
    (func $sock_shutdown (param i32 i32) (result i32)))

  (memory (export "memory") 1)
  ;; Two vectors: "hello", and a line feed with "ice" and another.
  (data (i32.const 0) "\10\00\00\00\05\00\00\00\20\00\00\00\05\00\00\00")
  (data (i32.const 16) "hello")
  (data (i32.const 32) "\nice\n")
  (global $end (mut i32) (i32.const 0x1000))
  (global $starts (mut i32) (i32.const 0))

  ;; A 32-bit word of the output.
  (func $note (param $word i32)
    (i32.store (global.get $end) (local.get $word))
    (global.set $end (i32.add (global.get $end) (i32.const 4))))
  ;; The words as bytes, each of which is below 256 where it counts.
  (func $answer (result i32)
    (local $block i64) (local $at i32)
    (local.set $block
      (call $alloc (i64.extend_i32_u (i32.sub (global.get $end) (i32.const 0x1000)))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (i32.add (i32.const 0x1000) (local.get $at)) (global.get $end)))
        (call $store_u8
          (i64.add (local.get $block) (i64.extend_i32_u (local.get $at)))
          (i32.load8_u (i32.add (i32.const 0x1000) (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (call $output_set
      (local.get $block)
      (i64.extend_i32_u (i32.sub (global.get $end) (i32.const 0x1000))))
    (global.set $end (i32.const 0x1000))
    (i32.const 0))

  ;; A reactor: the host calls it once, before all hooks.
  (func (export "_initialize")
    (global.set $starts (i32.add (global.get $starts) (i32.const 1))))
  ;; How often it was started; then what works, each with what it wrote.
  (func (export "on_call") (result i32)
    (call $note (global.get $starts))
    (call $note (call $args_sizes_get (i32.const 256) (i32.const 260)))
    (call $note (i32.load (i32.const 256)))
    (call $note (call $args_get (i32.const 256) (i32.const 260)))
    (call $note (call $environ_sizes_get (i32.const 256) (i32.const 260)))
    (call $note (i32.load (i32.const 256)))
    (call $note (call $environ_get (i32.const 256) (i32.const 260)))
    (call $note (call $sched_yield))
    (call $note (call $random_get (i32.const 256) (i32.const 8)))
    (call $note (i32.load (i32.const 256)))
    (call $note (i32.load (i32.const 260)))
    ;; Nanoseconds of the clocks on the wall and on the run, and of their steps.
    (call $note (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 256)))
    (call $note (i32.load (i32.const 256)))
    (call $note (i32.load (i32.const 260)))
    (call $note (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 256)))
    (call $note (call $clock_res_get (i32.const 0) (i32.const 256)))
    (call $note (i32.load (i32.const 256)))
    ;; No such clock.
    (call $note (call $clock_time_get (i32.const 9) (i64.const 1) (i32.const 256)))
    ;; To stdout, and to a descriptor that is not there.
    (call $note (call $fd_write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 256)))
    (call $note (i32.load (i32.const 256)))
    (call $note (call $fd_write (i32.const 9) (i32.const 0) (i32.const 2) (i32.const 256)))
    (call $answer))
  ;; What answers an error number, in the order of the imports.
  (func (export "generate_report") (result i32)
    (call $note (call $fd_advise (i32.const 3) (i64.const 0) (i64.const 0) (i32.const 0)))
    (call $note (call $fd_allocate (i32.const 3) (i64.const 0) (i64.const 0)))
    (call $note (call $fd_close (i32.const 3)))
    (call $note (call $fd_datasync (i32.const 3)))
    (call $note (call $fd_fdstat_get (i32.const 3) (i32.const 0)))
    (call $note (call $fd_fdstat_set_flags (i32.const 3) (i32.const 0)))
    (call $note (call $fd_fdstat_set_rights (i32.const 3) (i64.const 0) (i64.const 0)))
    (call $note (call $fd_filestat_get (i32.const 3) (i32.const 0)))
    (call $note (call $fd_filestat_set_size (i32.const 3) (i64.const 0)))
    (call $note (call $fd_filestat_set_times (i32.const 3) (i64.const 0) (i64.const 0) (i32.const 0)))
    (call $note (call $fd_pread (i32.const 3) (i32.const 0) (i32.const 0) (i64.const 0) (i32.const 0)))
    (call $note (call $fd_prestat_dir_name (i32.const 3) (i32.const 0) (i32.const 0)))
    (call $note (call $fd_prestat_get (i32.const 3) (i32.const 0)))
    (call $note (call $fd_pwrite (i32.const 3) (i32.const 0) (i32.const 0) (i64.const 0) (i32.const 0)))
    (call $note (call $fd_read (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $fd_readdir (i32.const 3) (i32.const 0) (i32.const 0) (i64.const 0) (i32.const 0)))
    (call $note (call $fd_renumber (i32.const 3) (i32.const 0)))
    (call $note (call $fd_seek (i32.const 3) (i64.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $fd_sync (i32.const 3)))
    (call $note (call $fd_tell (i32.const 3) (i32.const 0)))
    (call $note (call $path_create_directory (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $path_filestat_get (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $path_filestat_set_times (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0)))
    (call $note (call $path_link (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $path_open (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $path_readlink (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $path_remove_directory (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $path_rename (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $path_symlink (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $path_unlink_file (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $poll_oneoff (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $proc_raise (i32.const 0)))
    (call $note (call $sock_accept (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $sock_recv (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $sock_send (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $note (call $sock_shutdown (i32.const 0) (i32.const 0)))
    (call $answer))
  (func (export "cleanup") (result i32)
    (call $proc_exit (i32.const 3))
    (i32.const 0)))

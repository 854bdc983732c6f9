;; Writes 1,024 vectors at a time, all of the same line feeds, for ever; then vectors of 2^32 bytes together.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 128)
  (func $flood (param $length i32)
    (local $vector i32)
    (memory.fill (i32.const 65536) (i32.const 10) (i32.const 4096))
    (loop $next
      (i32.store offset=1024 (local.get $vector) (i32.const 65536))
      (i32.store offset=1028 (local.get $vector) (local.get $length))
      (local.set $vector (i32.add (local.get $vector) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $vector) (i32.const 8192))))
    (loop $again
      (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 1024) (i32.const 0)))
      (br $again)))
  (func (export "before_request") (result i32)
    (call $flood (i32.const 4096))
    (unreachable))
  (func (export "after_response") (result i32)
    (call $flood (i32.const 0x400000))
    (unreachable))
  (func (export "health_check") (result i32) (i32.const 0)))

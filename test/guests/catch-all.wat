;; Catches whatever it can and tries again: fuel that is out, and errors of host functions.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func $spin (loop $again (br $again)))
  (func $clinging (export "before_request") (result i32)
    (loop $again
      (try (do (call $spin)) (catch_all))
      (br $again))
    (unreachable))
  (func $greedy (export "process_endpoint") (result i32)
    (loop $again
      (try
        (do (call $var_set (call $alloc (i64.const 8)) (call $alloc (i64.const 0x200000))))
        (catch_all))
      (br $again))
    (unreachable))
  (func (export "after_response") (result i32)
    (try (do (call $proc_exit (i32.const 0))) (catch_all))
    (i32.const 0))
  (func (export "health_check") (result i32) (i32.const 0)))

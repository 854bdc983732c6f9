;; Asks the host for the same small thing, for ever.
(module
  (import "extism:host/env" "get_log_level" (func $level (result i32)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "log_trace" (func $log (param i64)))
  (func $nag (export "before_request") (result i32)
    (loop $again (drop (call $level)) (br $again))
    (unreachable))
  (func $chatter (export "process_endpoint") (result i32)
    (loop $again (call $log (call $alloc (i64.const 65536))) (br $again))
    (unreachable))
  (func (export "health_check") (result i32) (i32.const 0)))

;; Runs for ever in before_request; in process_endpoint as many rounds as the input has bytes, times
;; a million; in after_response down a chain of calls that never ends.
(module
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (memory (export "memory") 1)
  (global $sum (mut i64) (i64.const 0))
  (func $round_and_round (export "before_request") (result i32)
    (loop $again
      (global.set $sum (i64.add (global.get $sum) (i64.const 3)))
      (br $again))
    (unreachable))
  (func (export "process_endpoint") (result i32)
    (local $left i64)
    (local.set $left (i64.mul (call $input_length) (i64.const 1000000)))
    (loop $again
      (global.set $sum (i64.add (i64.mul (global.get $sum) (i64.const 31)) (local.get $left)))
      (local.set $left (i64.sub (local.get $left) (i64.const 1)))
      (br_if $again (i64.gt_s (local.get $left) (i64.const 0))))
    (i32.const 0))
  (func $knock (result i32) (i32.const 1))
  (func $tail (export "after_response") (result i32) (drop (call $knock)) (return_call $tail))
  (func (export "health_check") (result i32) (i32.const 0)))

;; before_request traps, after_response divides by zero; health_check is well.
(module
  (memory (export "memory") 1)
  (func $explode (unreachable))
  (func (export "before_request") (result i32) (call $explode) (i32.const 0))
  (func (export "after_response") (result i32)
    (i32.div_u (i32.const 1) (i32.load (i32.const 0))))
  (func (export "health_check") (result i32) (i32.const 0)))

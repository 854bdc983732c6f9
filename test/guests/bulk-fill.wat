;; Zeroes its whole memory for ever: one instruction a megabyte.
(module
  (memory (export "memory") 256)
  (func $zero (export "before_request") (result i32)
    (loop $again
      (memory.fill (i32.const 0) (i32.const 0) (i32.const 0x1000000))
      (br $again))
    (unreachable))
  (func (export "health_check") (result i32) (i32.const 0)))

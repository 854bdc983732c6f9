;; Atomic instructions on a memory that nobody shares.
(module
  (memory (export "memory") 1)
  (func (export "before_request") (result i32)
    (memory.atomic.notify (i32.const 0) (i32.const 1))))

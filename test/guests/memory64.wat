;; Addresses of 64 bits.
(module (memory i64 1) (func (export "before_request") (result i32) (i32.const 0)))

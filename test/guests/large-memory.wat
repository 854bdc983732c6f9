;; Wants more memory from the start than it may ever have.
(module (memory 257) (func (export "before_request") (result i32) (i32.const 0)))

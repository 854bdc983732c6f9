;; Takes twice what one memory may have.
(module (memory 256) (memory 256) (func (export "before_request") (result i32) (i32.const 0)))

;; Returns 7, which is no status of ABI 1.
(module
  (func (export "before_request") (result i32) (i32.const 7)))

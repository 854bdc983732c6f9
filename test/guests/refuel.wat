;; Names a global that it does not have: the host's own would be the first one.
(module
  (func (export "before_request") (result i32)
    (global.set 0 (i64.const 0x7fffffffffffffff))
    (i32.const 0)))

;; Tables are memory, too.
(module
  (table 100001 funcref)
  (func (export "before_request") (result i32) (i32.const 0)))

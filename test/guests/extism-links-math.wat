;; What extism-links is linked with: doubles a number.
(module
  (func (export "double") (param $number i64) (result i64)
    (i64.shl (local.get $number) (i64.const 1))))

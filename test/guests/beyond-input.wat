;; Reads the byte behind its input.
(module
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (func (export "before_request") (result i32)
    (drop (call $input_load_u8 (call $input_length)))
    (i32.const 0)))

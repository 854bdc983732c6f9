;; Loads and stores of all widths, globals, and numbers with fractions.
(module
  (memory 1)
  (global $seed (mut i32) (i32.const 12345))
  (func $random (result i32)
    (global.set $seed (i32.add (i32.mul (global.get $seed) (i32.const 1103515245)) (i32.const 12345)))
    (i32.and (i32.shr_u (global.get $seed) (i32.const 16)) (i32.const 32767)))
  (func (export "fill") (param $n i32) (result i32) (local $at i32)
    (loop $next
      (i32.store16 (i32.shl (local.get $at) (i32.const 1)) (call $random))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $n))))
    (i32.load8_u (i32.const 3)))
  (func (export "sum") (param $n i32) (result i32) (local $at i32) (local $sum i64)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $n)))
        (local.set $sum (i64.add (local.get $sum) (i64.load16_s (local.get $at))))
        (i64.store32 (i32.const 60000) (local.get $sum))
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (br $next)))
    (i32.wrap_i64 (local.get $sum)))
  (func (export "newton") (param $n i32) (result i32) (local $x f64)
    (local.set $x (f64.const 1))
    (loop $next
      (local.set $x (f64.div (f64.add (local.get $x) (f64.div (f64.const 2) (local.get $x))) (f64.const 2)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $next (local.get $n)))
    (i32.trunc_sat_f64_s (f64.mul (local.get $x) (f64.const 1000000)))))

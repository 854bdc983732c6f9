;; Loops, branches, switches, early returns, and blocks with values.
(module
  (func (export "collatz") (param $n i32) (result i32) (local $steps i32)
    (block $done
      (loop $next
        (br_if $done (i32.le_s (local.get $n) (i32.const 1)))
        (if (i32.and (local.get $n) (i32.const 1))
          (then (local.set $n (i32.add (i32.mul (local.get $n) (i32.const 3)) (i32.const 1))))
          (else (local.set $n (i32.shr_u (local.get $n) (i32.const 1)))))
        (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
        (br $next)))
    (local.get $steps))
  (func (export "switch") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (block $other (block $two (block $one (block $zero
        (br_table $zero $one $two $other (i32.rem_u (local.get $n) (i32.const 5))))
          (local.set $sum (i32.add (local.get $sum) (i32.const 1))))
          (local.set $sum (i32.add (local.get $sum) (i32.const 10)))
          nop)
        (drop (i32.const 7)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $again (i32.gt_s (local.get $n) (i32.const 0))))
    (local.get $sum))
  (func (export "early") (param $n i32) (result i32)
    (block $out (result i32)
      (if (i32.gt_s (local.get $n) (i32.const 10)) (then (return (i32.const 1))))
      (br_if $out (i32.const 2) (local.get $n))
      (drop)
      (select (i32.const 3) (i32.const 4) (local.get $n)))))

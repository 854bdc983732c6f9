;; What fuel is worth in milliseconds is measured with this (calibrate.ts): a cipher-like mix of
;; arithmetic, lookups in 4 KiB, stores and branches that depend on the data. 4,096 rounds a run.
(module
  (memory 1)
  (func (export "run") (result i32)
    (local $left i32) (local $mix i32) (local $at i32)
    (local.set $left (i32.const 4096))
    (local.set $mix (i32.const 0x9e3779b9))
    (loop $again
      (local.set $at (i32.and (local.get $mix) (i32.const 0xffc)))
      (local.set $mix
        (i32.add
          (i32.xor (local.get $mix) (i32.shl (local.get $mix) (i32.const 13)))
          (i32.load (local.get $at))))
      (local.set $mix
        (i32.xor (local.get $mix) (i32.shr_u (local.get $mix) (i32.const 17))))
      (if (i32.and (local.get $mix) (i32.const 64))
        (then
          (i32.store (local.get $at) (i32.mul (local.get $mix) (i32.const 5)))
          (local.set $mix (i32.rotl (local.get $mix) (i32.const 5))))
        (else
          (i32.store8 (local.get $at) (local.get $left))))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $again (local.get $left)))
    (local.get $mix)))

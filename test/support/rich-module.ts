import { wat } from "./wat.ts";

/** A module with one of everything that the binary format has. */
export const RICH: Uint8Array<ArrayBuffer> = wat(`(module
  (type $pair (func (param i32 f64) (result i64)))
  (import "env" "log" (func $log (param i32)))
  (import "env" "limit" (global i32))
  (import "env" "shared" (memory 1 2 shared))
  (import "env" "slots" (table 3 externref))
  (import "env" "oops" (tag (param i32)))
  (memory (export "memory") 1 4)
  (table (export "table") 2 8 funcref)
  (tag $failed (export "failed") (param i64))
  (global $count (export "count") (mut i32) (i32.const -7))
  (global v128 (v128.const i64x2 1 2))
  (global f32 (f32.const 1.5))
  (global f64 (f64.const 2.5))
  (global i64 (i64.add (i64.const 1) (i64.const 2)))
  (global funcref (ref.null func))
  (global funcref (ref.func $go))
  (func $go (export "go") (type $pair) (data.drop 1) (i64.const 0))
  (func $init)
  (start $init)
  (elem (table 1) (i32.const 0) func $go $init)
  (elem declare func $go)
  (elem funcref (ref.func $go) (ref.null func))
  (data (i32.const 0) "hello")
  (data "passive"))`);

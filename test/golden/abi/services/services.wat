;; Imports every function of extism:host/user once, and calls those that its input names: commands like
;; "c|key|value|0;" with a letter for the function and its arguments. "~" stands for no block. What
;; each one answers is told: a block by its bytes, a number or a fault by its digits.
;;   a bw_error
;;   b bw_kv_get
;;   c bw_kv_set
;;   d bw_kv_delete
;;   e bw_kv_increment
;;   f bw_kv_compare_and_set
;;   g bw_http_send
;;   h bw_secret_get
;;   i bw_plugin_call
;;   j bw_event_publish
;;   k bw_metric_record
;;   l bw_clock_now
;;   m bw_clock_monotonic
;;   n bw_random_bytes
;;   o bw_sql_query
;;   p bw_tcp_open
;;   q bw_tcp_send
;;   r bw_tcp_receive
;;   s bw_tcp_close
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/user" "bw_error" (func $bw_error (result i64)))
  (import "extism:host/user" "bw_kv_get" (func $bw_kv_get (param i64) (result i64)))
  (import "extism:host/user" "bw_kv_set" (func $bw_kv_set (param i64 i64 i64) (result i64)))
  (import "extism:host/user" "bw_kv_delete" (func $bw_kv_delete (param i64) (result i64)))
  (import "extism:host/user" "bw_kv_increment" (func $bw_kv_increment (param i64 i64 i64) (result i64)))
  (import "extism:host/user" "bw_kv_compare_and_set" (func $bw_kv_compare_and_set (param i64 i64 i64 i64) (result i64)))
  (import "extism:host/user" "bw_http_send" (func $bw_http_send (param i64 i64) (result i64)))
  (import "extism:host/user" "bw_secret_get" (func $bw_secret_get (param i64) (result i64)))
  (import "extism:host/user" "bw_plugin_call" (func $bw_plugin_call (param i64 i64) (result i64)))
  (import "extism:host/user" "bw_event_publish" (func $bw_event_publish (param i64 i64) (result i64)))
  (import "extism:host/user" "bw_metric_record" (func $bw_metric_record (param i64) (result i64)))
  (import "extism:host/user" "bw_clock_now" (func $bw_clock_now (result i64)))
  (import "extism:host/user" "bw_clock_monotonic" (func $bw_clock_monotonic (result i64)))
  (import "extism:host/user" "bw_random_bytes" (func $bw_random_bytes (param i64) (result i64)))
  (import "extism:host/user" "bw_sql_query" (func $bw_sql_query (param i64 i64 i64) (result i64)))
  (import "extism:host/user" "bw_tcp_open" (func $bw_tcp_open (param i64) (result i64)))
  (import "extism:host/user" "bw_tcp_send" (func $bw_tcp_send (param i64 i64) (result i64)))
  (import "extism:host/user" "bw_tcp_receive" (func $bw_tcp_receive (param i64 i64 i64) (result i64)))
  (import "extism:host/user" "bw_tcp_close" (func $bw_tcp_close (param i64) (result i64)))

  (memory 1)
  (global $end (mut i32) (i32.const 0))
  ;; How far the input is read.
  (global $at (mut i64) (i64.const 0))

  (func $peek (result i32)
    (if (i64.eq (global.get $at) (call $input_length)) (then (return (i32.const 59))))
    (call $input_load_u8 (global.get $at)))
  (func $skip
    (global.set $at (i64.add (global.get $at) (i64.const 1))))
  ;; Whether an argument ends here: at ";" or "|".
  (func $is_end (result i32)
    (i32.or
      (i32.eq (call $peek) (i32.const 59))
      (i32.eq (call $peek) (i32.const 124))))
  (func $block (result i64)
    (local $from i64) (local $block i64) (local $to i64)
    (call $skip)
    (local.set $from (global.get $at))
    (block $done
      (loop $next
        (br_if $done (call $is_end))
        (call $skip)
        (br $next)))
    (local.set $to (global.get $at))
    (if (i64.eq (i64.sub (local.get $to) (local.get $from)) (i64.const 1))
      (then
        (if (i32.eq (call $input_load_u8 (local.get $from)) (i32.const 126))
          (then (return (i64.const 0))))))
    (local.set $block (call $alloc (i64.sub (local.get $to) (local.get $from))))
    (block $done
      (loop $next
        (br_if $done (i64.eq (local.get $to) (local.get $from)))
        (local.set $to (i64.sub (local.get $to) (i64.const 1)))
        (call $store_u8
          (i64.add (local.get $block) (i64.sub (local.get $to) (local.get $from)))
          (call $input_load_u8 (local.get $to)))
        (br $next)))
    (local.get $block))
  (func $number (result i64)
    (local $number i64) (local $sign i64)
    (local.set $sign (i64.const 1))
    (call $skip)
    (if (i32.eq (call $peek) (i32.const 45))
      (then
        (local.set $sign (i64.const -1))
        (call $skip)))
    (block $done
      (loop $next
        (br_if $done (call $is_end))
        (local.set $number
          (i64.add
            (i64.mul (local.get $number) (i64.const 10))
            (i64.extend_i32_u (i32.sub (call $peek) (i32.const 48)))))
        (call $skip)
        (br $next)))
    (i64.mul (local.get $number) (local.get $sign)))

  (func $say (param $byte i32)
    (i32.store8 (global.get $end) (local.get $byte))
    (global.set $end (i32.add (global.get $end) (i32.const 1))))
  (func $say_digits (param $number i64)
    (if (i64.ge_u (local.get $number) (i64.const 10))
      (then (call $say_digits (i64.div_u (local.get $number) (i64.const 10)))))
    (call $say
      (i32.add
        (i32.const 48)
        (i32.wrap_i64 (i64.rem_u (local.get $number) (i64.const 10))))))
  (func $tell_number (param $number i64)
    (if (i64.lt_s (local.get $number) (i64.const 0))
      (then
        (call $say (i32.const 45))
        (local.set $number (i64.sub (i64.const 0) (local.get $number)))))
    (call $say_digits (local.get $number)))
  (func $tell_block (param $block i64)
    (local $at i64)
    (if (i64.le_s (local.get $block) (i64.const 0))
      (then
        (call $tell_number (local.get $block))
        (return)))
    (block $done
      (loop $next
        (br_if $done (i64.eq (local.get $at) (call $length (local.get $block))))
        (call $say (call $load_u8 (i64.add (local.get $block) (local.get $at))))
        (local.set $at (i64.add (local.get $at) (i64.const 1)))
        (br $next))))
  ;; Whether there is a sentence: its words are not part of the ABI.
  (func $tell_fault (param $block i64)
    (call $say
      (i32.add (i32.const 48) (i64.ne (call $length (local.get $block)) (i64.const 0)))))

  (func $run (param $letter i32)
    (if (i32.eq (local.get $letter) (i32.const 97))
      (then (call $tell_fault (call $bw_error))))
    (if (i32.eq (local.get $letter) (i32.const 98))
      (then (call $tell_block (call $bw_kv_get (call $block)))))
    (if (i32.eq (local.get $letter) (i32.const 99))
      (then (call $tell_number (call $bw_kv_set (call $block) (call $block) (call $number)))))
    (if (i32.eq (local.get $letter) (i32.const 100))
      (then (call $tell_number (call $bw_kv_delete (call $block)))))
    (if (i32.eq (local.get $letter) (i32.const 101))
      (then (call $tell_block (call $bw_kv_increment (call $block) (call $number) (call $number)))))
    (if (i32.eq (local.get $letter) (i32.const 102))
      (then (call $tell_number (call $bw_kv_compare_and_set (call $block) (call $block) (call $block) (call $number)))))
    (if (i32.eq (local.get $letter) (i32.const 103))
      (then (call $tell_block (call $bw_http_send (call $block) (call $number)))))
    (if (i32.eq (local.get $letter) (i32.const 104))
      (then (call $tell_block (call $bw_secret_get (call $block)))))
    (if (i32.eq (local.get $letter) (i32.const 105))
      (then (call $tell_block (call $bw_plugin_call (call $block) (call $block)))))
    (if (i32.eq (local.get $letter) (i32.const 106))
      (then (call $tell_number (call $bw_event_publish (call $block) (call $block)))))
    (if (i32.eq (local.get $letter) (i32.const 107))
      (then (call $tell_number (call $bw_metric_record (call $block)))))
    (if (i32.eq (local.get $letter) (i32.const 108))
      (then (call $tell_number (call $bw_clock_now))))
    (if (i32.eq (local.get $letter) (i32.const 109))
      (then (call $tell_number (call $bw_clock_monotonic))))
    (if (i32.eq (local.get $letter) (i32.const 110))
      (then (call $tell_block (call $bw_random_bytes (call $number)))))
    (if (i32.eq (local.get $letter) (i32.const 111))
      (then (call $tell_block (call $bw_sql_query (call $block) (call $block) (call $block)))))
    (if (i32.eq (local.get $letter) (i32.const 112))
      (then (call $tell_number (call $bw_tcp_open (call $block)))))
    (if (i32.eq (local.get $letter) (i32.const 113))
      (then (call $tell_number (call $bw_tcp_send (call $number) (call $block)))))
    (if (i32.eq (local.get $letter) (i32.const 114))
      (then (call $tell_block (call $bw_tcp_receive (call $number) (call $number) (call $number)))))
    (if (i32.eq (local.get $letter) (i32.const 115))
      (then (call $tell_number (call $bw_tcp_close (call $number))))))
  ;; Counts how often the plugin was started, in the key "starts".
  (func (export "initialize") (result i32)
    (local $key i64)
    (local.set $key (call $alloc (i64.const 6)))
    (call $store_u8 (local.get $key) (i32.const 115))
    (call $store_u8 (i64.add (local.get $key) (i64.const 1)) (i32.const 116))
    (call $store_u8 (i64.add (local.get $key) (i64.const 2)) (i32.const 97))
    (call $store_u8 (i64.add (local.get $key) (i64.const 3)) (i32.const 114))
    (call $store_u8 (i64.add (local.get $key) (i64.const 4)) (i32.const 116))
    (call $store_u8 (i64.add (local.get $key) (i64.const 5)) (i32.const 115))
    (i64.lt_s (call $bw_kv_increment (local.get $key) (i64.const 1) (i64.const 0)) (i64.const 0)))
  (func (export "on_call") (result i32)
    (local $letter i32) (local $block i64) (local $from i32)
    (global.set $at (i64.const 0))
    (global.set $end (i32.const 0))
    (block $done
      (loop $next
        (br_if $done (i64.eq (global.get $at) (call $input_length)))
        (local.set $letter (call $peek))
        (call $skip)
        (call $run (local.get $letter))
        (call $say (i32.const 59))
        ;; Behind the ";" of the command.
        (call $skip)
        (br $next)))
    (local.set $block (call $alloc (i64.extend_i32_u (global.get $end))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $from) (global.get $end)))
        (call $store_u8
          (i64.add (local.get $block) (i64.extend_i32_u (local.get $from)))
          (i32.load8_u (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br $next)))
    (call $output_set (local.get $block) (i64.extend_i32_u (global.get $end)))
    (i32.const 0)))

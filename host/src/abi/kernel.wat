;; The Extism kernel of Backworks: input, output, error and a heap of blocks for one guest instance.
;; Its functions are linked into the guest as extism:host/env, so that reading input and writing
;; output stay calls from wasm to wasm. kernel-bytes.ts holds the compiled module; a test proves it
;; fresh, `node host/scripts/generate-abi.ts` writes it.
;;
;; Memory
;;   [0, 64)    state words, which no guest address reaches:
;;              0 top   4 last block   8 input length   12 output offset   16 output length
;;              20 error block   24 fault   28 bytes the heap may reach
;;              32 bytes zeroed for blocks of this call   36 bytes that may be
;;   [64, top)  blocks of this call, the first one holds the input
;;   [top, ..)   bytes of earlier calls: unreachable until `alloc` hands them out zeroed
;;
;; A block is a 16-byte header and its data, both aligned to 8. An address is its data's offset.
;;   address - 16: length   address - 12: LIVE or FREED   address - 8: address of the block before
;; A guest may overwrite headers, as in every Extism kernel. It harms itself only: no check below
;; trusts a header further than [64, top), and the state words are out of its reach.
;;
;; Offsets and lengths from a guest are u64: they are compared by subtraction, since a sum wraps.
(module
  ;; Asks the host for so many bytes more: what guest and kernel take together is bounded.
  (import "host" "take" (func $take (param i32) (result i32)))
  (memory (export "memory") 4 256)

  (global $BASE i32 (i32.const 64))
  (global $INPUT i32 (i32.const 80))
  (global $LIVE i32 (i32.const 0x4c495645))
  (global $FREED i32 (i32.const 0x46524545))

  ;; Places in FAULTS of kernel.ts.
  (global $FAULT_LOAD i32 (i32.const 1))
  (global $FAULT_STORE i32 (i32.const 2))
  (global $FAULT_INPUT i32 (i32.const 3))
  (global $FAULT_OUTPUT i32 (i32.const 4))
  (global $FAULT_ERROR i32 (i32.const 5))
  (global $FAULT_HEAP i32 (i32.const 6))
  (global $FAULT_FUEL i32 (i32.const 7))

  (func $top (result i32) (i32.load (i32.const 0)))
  (func $limit (result i32) (i32.load (i32.const 28)))

  ;; Not an exception: a guest could catch that and go on.
  (func $fault (param $code i32)
    (i32.store (i32.const 24) (local.get $code))
    (unreachable))

  ;; ---- for the host ----

  ;; Called once, before anything else. `limit` is at most the maximum of the memory above.
  (func (export "open") (param $limit i32)
    (i32.store (i32.const 28) (local.get $limit))
    (call $begin (i32.const 0) (i32.const -1)))

  ;; Makes room for an input of `length` bytes, which the host then writes at 80.
  (func (export "reserve") (param $length i32) (result i32)
    (if (i32.gt_u (local.get $length) (i32.sub (call $limit) (global.get $INPUT)))
      (then (return (i32.const 0))))
    (call $grow_to (call $align (i32.add (global.get $INPUT) (local.get $length)))))

  ;; Starts a call: the input written at 80 becomes the only block, everything else is forgotten.
  ;; Blocks of `zeroed` bytes together may be allocated in it, those that are freed again too.
  (func $begin (export "begin") (param $length i32) (param $zeroed i32)
    (local $end i32)
    (i32.store (i32.const 32) (i32.const 0))
    (i32.store (i32.const 36) (local.get $zeroed))
    (local.set $end (i32.add (global.get $INPUT) (local.get $length)))
    (i32.store (i32.const 0) (call $align (local.get $end)))
    ;; The last word of the input could show up to seven bytes of an earlier call.
    (memory.fill (local.get $end) (i32.const 0) (i32.sub (call $top) (local.get $end)))
    (i32.store (i32.const 4) (global.get $INPUT))
    (i32.store (i32.const 8) (local.get $length))
    (i64.store (i32.const 12) (i64.const 0))
    (i64.store (i32.const 20) (i64.const 0))
    (call $write_header (global.get $INPUT) (local.get $length) (i32.const 0)))

  ;; ---- blocks ----

  (func $align (param $offset i32) (result i32)
    (i32.and (i32.add (local.get $offset) (i32.const 7)) (i32.const -8)))

  (func $grow_to (param $end i32) (result i32)
    (local $size i32) (local $pages i32)
    (local.set $size (i32.shl (memory.size) (i32.const 16)))
    (if (i32.le_u (local.get $end) (local.get $size)) (then (return (i32.const 1))))
    (local.set $pages
      (i32.shr_u
        (i32.add (i32.sub (local.get $end) (local.get $size)) (i32.const 65535))
        (i32.const 16)))
    (if (i32.eqz (call $take (i32.shl (local.get $pages) (i32.const 16))))
      (then (return (i32.const 0))))
    (i32.ne (memory.grow (local.get $pages)) (i32.const -1)))

  (func $write_header (param $block i32) (param $length i32) (param $before i32)
    (i32.store (i32.sub (local.get $block) (i32.const 16)) (local.get $length))
    (i32.store (i32.sub (local.get $block) (i32.const 12)) (global.get $LIVE))
    (i64.store (i32.sub (local.get $block) (i32.const 8))
      (i64.extend_i32_u (local.get $before))))

  ;; The block at an address from the guest, or 0: then it is none, or its header was overwritten.
  (func $block (param $address i64) (result i32)
    (local $block i32)
    (if (i64.lt_u (local.get $address) (i64.extend_i32_u (global.get $INPUT)))
      (then (return (i32.const 0))))
    (if (i64.gt_u (local.get $address) (i64.extend_i32_u (call $top)))
      (then (return (i32.const 0))))
    (local.set $block (i32.wrap_i64 (local.get $address)))
    (if (i32.and (local.get $block) (i32.const 7)) (then (return (i32.const 0))))
    (if (i32.ne (i32.load (i32.sub (local.get $block) (i32.const 12))) (global.get $LIVE))
      (then (return (i32.const 0))))
    (if (i32.gt_u
          (i32.load (i32.sub (local.get $block) (i32.const 16)))
          (i32.sub (call $top) (local.get $block)))
      (then (return (i32.const 0))))
    (local.get $block))

  ;; Answers 0 when the heap is full, as Extism does; the bytes of a new block are zero.
  (func (export "alloc") (param $length i64) (result i64)
    (local $start i32) (local $block i32) (local $end i32)
    (local.set $start (call $top))
    (if (i64.gt_u
          (local.get $length)
          (i64.extend_i32_u (i32.sub (call $limit) (local.get $start))))
      (then (return (i64.const 0))))
    ;; No sum wraps from here on: the limit is far below 2^31.
    (local.set $block (i32.add (local.get $start) (i32.const 16)))
    (local.set $end (call $align (i32.add (local.get $block) (i32.wrap_i64 (local.get $length)))))
    (if (i32.gt_u (local.get $end) (call $limit)) (then (return (i64.const 0))))
    ;; Zeroing is work for nothing but this: a guest that allocates and frees in a loop pays for it.
    (i32.store (i32.const 32)
      (i32.add (i32.load (i32.const 32)) (i32.sub (local.get $end) (local.get $start))))
    (if (i32.gt_u (i32.load (i32.const 32)) (i32.load (i32.const 36)))
      (then (call $fault (global.get $FAULT_FUEL))))
    (if (i32.eqz (call $grow_to (local.get $end))) (then (return (i64.const 0))))
    (memory.fill (local.get $start) (i32.const 0) (i32.sub (local.get $end) (local.get $start)))
    (call $write_header
      (local.get $block) (i32.wrap_i64 (local.get $length)) (i32.load (i32.const 4)))
    (i32.store (i32.const 4) (local.get $block))
    (i32.store (i32.const 0) (local.get $end))
    (i64.extend_i32_u (local.get $block)))

  ;; Gives the top back as far as blocks are free; a hole below a live block waits for it. The input
  ;; and what is no block are left alone: Extism guests free twice, and free 0.
  (func (export "free") (param $address i64)
    (local $block i32) (local $last i32) (local $before i32)
    (local.set $block (call $block (local.get $address)))
    (if (i32.le_u (local.get $block) (global.get $INPUT)) (then (return)))
    (i32.store (i32.sub (local.get $block) (i32.const 12)) (global.get $FREED))
    (local.set $last (i32.load (i32.const 4)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $last) (global.get $INPUT)))
        (br_if $done
          (i32.ne
            (i32.load (i32.sub (local.get $last) (i32.const 12)))
            (global.get $FREED)))
        (local.set $before (i32.load (i32.sub (local.get $last) (i32.const 8))))
        ;; The chain leads strictly down to the input, or the guest has overwritten it.
        (if (i32.or
              (i32.or
                (i32.lt_u (local.get $before) (global.get $INPUT))
                (i32.ge_u (local.get $before) (local.get $last)))
              (i32.and (local.get $before) (i32.const 7)))
          (then (call $fault (global.get $FAULT_HEAP))))
        (i32.store (i32.const 0) (i32.sub (local.get $last) (i32.const 16)))
        (local.set $last (local.get $before))
        (br $next)))
    (i32.store (i32.const 4) (local.get $last)))

  (func $length (export "length") (param $address i64) (result i64)
    (local $block i32)
    (local.set $block (call $block (local.get $address)))
    (if (i32.eqz (local.get $block)) (then (return (i64.const 0))))
    (i64.load32_u (i32.sub (local.get $block) (i32.const 16))))

  (func (export "length_unsafe") (param $address i64) (result i64)
    (call $length (local.get $address)))

  ;; ---- bytes ----

  ;; `width` bytes at `address` lie in [64, top), or the guest traps. The top never sinks below 72:
  ;; the difference cannot wrap.
  (func $at (param $address i64) (param $width i64) (param $fault i32) (result i32)
    (if (i32.or
          (i64.lt_u (local.get $address) (i64.extend_i32_u (global.get $BASE)))
          (i64.gt_u
            (local.get $address)
            (i64.sub (i64.load32_u (i32.const 0)) (local.get $width))))
      (then (call $fault (local.get $fault))))
    (i32.wrap_i64 (local.get $address)))

  (func (export "load_u8") (param $address i64) (result i32)
    (i32.load8_u (call $at (local.get $address) (i64.const 1) (global.get $FAULT_LOAD))))
  (func (export "load_u64") (param $address i64) (result i64)
    (i64.load (call $at (local.get $address) (i64.const 8) (global.get $FAULT_LOAD))))
  (func (export "store_u8") (param $address i64) (param $value i32)
    (i32.store8
      (call $at (local.get $address) (i64.const 1) (global.get $FAULT_STORE))
      (local.get $value)))
  (func (export "store_u64") (param $address i64) (param $value i64)
    (i64.store
      (call $at (local.get $address) (i64.const 8) (global.get $FAULT_STORE))
      (local.get $value)))

  ;; ---- input, output, error ----

  (func (export "input_offset") (result i64) (i64.extend_i32_u (global.get $INPUT)))
  (func (export "input_length") (result i64) (i64.load32_u (i32.const 8)))

  (func $input_at (param $offset i64) (param $width i64) (result i32)
    (local $length i64)
    (local.set $length (i64.load32_u (i32.const 8)))
    (if (i64.gt_u (local.get $width) (local.get $length))
      (then (call $fault (global.get $FAULT_INPUT))))
    (if (i64.gt_u (local.get $offset) (i64.sub (local.get $length) (local.get $width)))
      (then (call $fault (global.get $FAULT_INPUT))))
    (i32.add (global.get $INPUT) (i32.wrap_i64 (local.get $offset))))

  (func (export "input_load_u8") (param $offset i64) (result i32)
    (i32.load8_u (call $input_at (local.get $offset) (i64.const 1))))
  (func (export "input_load_u64") (param $offset i64) (result i64)
    (i64.load (call $input_at (local.get $offset) (i64.const 8))))

  ;; Any range of this call's bytes, a part of a block too. Nothing at any address is an empty output.
  (func (export "output_set") (param $address i64) (param $length i64)
    (local $top i64)
    (local.set $top (i64.load32_u (i32.const 0)))
    (if (i64.eqz (local.get $length)) (then (local.set $address (i64.const 0)))
      (else
        (if (i32.or
              (i64.lt_u (local.get $address) (i64.extend_i32_u (global.get $BASE)))
              (i64.gt_u (local.get $address) (local.get $top)))
          (then (call $fault (global.get $FAULT_OUTPUT))))
        (if (i64.gt_u (local.get $length) (i64.sub (local.get $top) (local.get $address)))
          (then (call $fault (global.get $FAULT_OUTPUT))))))
    (i32.store (i32.const 12) (i32.wrap_i64 (local.get $address)))
    (i32.store (i32.const 16) (i32.wrap_i64 (local.get $length))))

  ;; Address 0 takes the error back.
  (func (export "error_set") (param $address i64)
    (local $block i32)
    (local.set $block (call $block (local.get $address)))
    (if (i32.and (i32.eqz (local.get $block)) (i64.ne (local.get $address) (i64.const 0)))
      (then (call $fault (global.get $FAULT_ERROR))))
    (i32.store (i32.const 20) (local.get $block)))
  (func (export "error_get") (result i64) (i64.load32_u (i32.const 20))))

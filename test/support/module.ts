import { wat } from "./wat.ts";

/** A module that carries its manifest, as `plugin build` writes it: first of all sections. */
export function withManifest(module: Uint8Array, manifest: unknown): Uint8Array {
  const text = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
  const name = Buffer.from("backworks:manifest");
  const body = Buffer.concat([leb(name.length), name, Buffer.from(text)]);
  const section = Buffer.concat([Buffer.of(0), leb(body.length), body]);
  return Buffer.concat([module.subarray(0, 8), section, module.subarray(8)]);
}

function leb(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    const isLast = rest < 0x80;
    bytes.push(isLast ? rest : (rest & 0x7f) | 0x80);
    if (isLast) return Buffer.from(bytes);
  }
}

/** A manifest with one hook, to be changed by the test. */
export function manifestOf(
  name: string,
  hook = "process_endpoint",
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return { abi: 1, name, version: "1.0.0", hooks: { [hook]: {} }, ...more };
}

/** A guest whose one hook answers a constant frame. */
export function answering(hook: string, frame: string): Uint8Array {
  const bytes = [...Buffer.from(frame)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`);
  const length = bytes.length;
  return wat(`(module
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
    (import "extism:host/env" "output_set" (func $output (param i64 i64)))
    (memory 1)
    (data (i32.const 0) "${bytes.join("")}")
    (func (export "${hook}") (result i32)
      (local $at i64) (local $i i32)
      (local.set $at (call $alloc (i64.const ${length})))
      (loop $copy
        (if (i32.lt_u (local.get $i) (i32.const ${length})) (then
          (call $store
            (i64.add (local.get $at) (i64.extend_i32_u (local.get $i)))
            (i32.load8_u (local.get $i)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $copy))))
      (call $output (local.get $at) (i64.const ${length}))
      (i32.const 0)))`);
}

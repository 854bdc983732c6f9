import { HOST_FUNCTIONS } from "../../../host/src/abi/v1.ts";
import { wat } from "../../support/wat.ts";

/** A text is a block, undefined the address 0. */
type Argument = string | bigint | undefined;

/** A function of the host and what it is given. */
export type Asked = readonly [name: string, ...given: Argument[]];

const ENV = `
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load (param i64) (result i32)))
  (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
  (import "extism:host/env" "store_u64" (func $store64 (param i64 i64)))
  (import "extism:host/env" "input_load_u8" (func $input (param i64) (result i32)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))
  (import "extism:host/user" "bw_error" (func $error (result i64)))`;

/** A block with bytes from memory; and an answer as eight bytes of its number, and its text. */
const HELPERS = `
  (func $block (param $from i32) (param $size i32) (result i64)
    (local $to i64) (local $at i32)
    (local.set $to (call $alloc (i64.extend_i32_u (local.get $size))))
    (block $done (loop $next
      (br_if $done (i32.eq (local.get $at) (local.get $size)))
      (call $store (i64.add (local.get $to) (i64.extend_i32_u (local.get $at)))
        (i32.load8_u (i32.add (local.get $from) (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next)))
    (local.get $to))
  (func $answer (param $result i64)
    (local $text i64) (local $size i64) (local $out i64) (local $at i64)
    (local.set $text (local.get $result))
    (if (i64.lt_s (local.get $result) (i64.const 0)) (then (local.set $text (call $error))))
    (local.set $size (call $length (local.get $text)))
    (local.set $out (call $alloc (i64.add (local.get $size) (i64.const 8))))
    (call $store64 (local.get $out) (local.get $result))
    (call $output (local.get $out) (i64.add (local.get $size) (i64.const 8)))
    (block $done (loop $next
      (br_if $done (i64.eq (local.get $at) (local.get $size)))
      (call $store
        (i64.add (i64.add (local.get $out) (local.get $at)) (i64.const 8))
        (call $load (i64.add (local.get $text) (local.get $at))))
      (local.set $at (i64.add (local.get $at) (i64.const 1)))
      (br $next))))`;

/**
 * A guest whose hook goes through one of these, the one whose place its input's first byte says, and
 * answers what the host answered at last: the number in 8 bytes, and the block or the fault's text.
 */
export function askingGuest(cases: readonly (readonly Asked[])[]): Uint8Array<ArrayBuffer> {
  const data = new Data();
  const names = [...new Set(cases.flat().map(([name]) => name))];
  const calls = cases.map((asked, index) => {
    const results = asked.map((each) => printCall(each, data));
    const dropped = results.slice(0, -1).map((result) => `(drop ${result})`);
    const isChosen = `(i32.eq (call $input (i64.const 0)) (i32.const ${index}))`;
    return `(if ${isChosen} (then ${dropped.join(" ")} (call $answer ${results.at(-1)})))`;
  });
  return wat(`(module
    ${ENV}
    ${names.map(printImport).join("\n")}
    (memory 2)
    (data (i32.const 0) "${data.text}")
    ${HELPERS}
    (func (export "process_endpoint") (result i32) ${calls.join("\n")} (i32.const 0)))`);
}

/** What the hook is given to do the case of this place. */
export function placeOf(index: number): string {
  return String.fromCharCode(index);
}

function printCall([name, ...given]: Asked, data: Data): string {
  const call = `(call $${name} ${given.map((each) => data.push(each)).join(" ")})`;
  return name === "http_status_code" ? `(i64.extend_i32_u ${call})` : call;
}

function printImport(name: string): string {
  const known = HOST_FUNCTIONS.find((each) => each.name === name);
  if (known === undefined) throw new Error(`there is no function ${name}`);
  const params = `(param ${known.params.join(" ")}) (result ${known.results.join(" ")})`;
  return `(import "${known.namespace}" "${name}" (func $${name} ${params}))`;
}

/** The bytes of all blocks, one behind the other. */
class Data {
  text = "";
  #size = 0;

  /** The expression that makes the argument. */
  push(given: Argument): string {
    if (typeof given !== "string") return `(i64.const ${given ?? 0n})`;
    const bytes = Buffer.from(given, "latin1");
    const place = this.#size;
    this.#size += bytes.length;
    for (const byte of bytes) this.text += `\\${byte.toString(16).padStart(2, "0")}`;
    return `(call $block (i32.const ${place}) (i32.const ${bytes.length}))`;
  }
}

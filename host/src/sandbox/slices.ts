import { Buffer } from "node:buffer";
import { assert } from "../lib/assert.ts";

/**
 * (module (import "h" "suspend" (func $suspend (result i32)))
 *   (func (export "slice") (if (call $suspend) (then unreachable))))
 */
const HELPER: Buffer = Buffer.from(
  "AGFzbQEAAAABCAJgAAF/YAAAAg0BAWgHc3VzcGVuZAAAAwIBAQcJAQVzbGljZQABCgoBCAAQAARAAAsL",
  "base64",
);

let compiled: WebAssembly.Module | undefined;

/** What becomes of a guest at the end of a slice; wasm reads it as a number. */
export const GO_ON = 0;
export const STOP = 1;

export type Turn = () => Promise<typeof GO_ON | typeof STOP>;

/**
 * The function that a metered module calls when its fuel is out, if it is to be sliced: it suspends
 * the guest until `turn` is settled, and then lets it go on or traps. It traps in wasm, since a guest
 * could catch what JavaScript throws. The module's slot is empty otherwise, which traps at once.
 */
export class Slicer {
  readonly #slot: WebAssembly.Table;
  readonly #slice: unknown;

  constructor(slot: WebAssembly.Table, turn: Turn) {
    compiled ??= new WebAssembly.Module(HELPER);
    const suspend = new WebAssembly.Suspending(turn);
    this.#slot = slot;
    this.#slice = new WebAssembly.Instance(compiled, { h: { suspend } }).exports["slice"];
    assert(typeof this.#slice === "function", "the helper exports slice");
  }

  /** Only a call through `WebAssembly.promising` may be suspended. */
  arm(): void {
    this.#slot.set(0, this.#slice);
  }

  disarm(): void {
    this.#slot.set(0, null);
  }
}

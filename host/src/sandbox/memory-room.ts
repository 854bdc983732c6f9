import { PAGE_BYTES } from "../wasm/limits.ts";

/**
 * Beyond its cap: an input of 1 MiB with its head, and what little every guest has around it. With
 * what V8 keeps of an instance that is less than 2 MiB.
 */
export const AROUND_BYTES: number = 1536 * 1024;

/**
 * What one guest may still take of memory, whatever it is for: its own memory and tables, blocks of
 * its kernel, variables. The guest's code counts down the same global.
 */
export class MemoryRoom {
  readonly #left: WebAssembly.Global<bigint>;

  /** `taken` is what an instance has before it runs. */
  constructor(left: WebAssembly.Global<bigint>, pagesMax: number, taken: number) {
    this.#left = left;
    // Compared without a sign: below zero there would be room without end.
    left.value = BigInt(Math.max(0, pagesMax * PAGE_BYTES + AROUND_BYTES - taken));
  }

  /** False when there are not so many; nothing is taken then. */
  take(bytes: number): boolean {
    const left = this.#left.value - BigInt(bytes);
    if (left < 0n) return false;
    this.#left.value = left;
    return true;
  }

  give(bytes: number): void {
    this.#left.value += BigInt(bytes);
  }
}

import { PAGE_BYTES, sizeOf } from "../wasm/limits.ts";

/**
 * Beyond its cap: an input of 1 MiB with its head, and what little every guest has around it. With
 * what V8 keeps of an instance that is less than 2 MiB.
 */
export const AROUND_BYTES: number = 1536 * 1024;

/** Of its cap: allocators ask for pieces, and fail while there is still less than one of them. */
const FULL_SHARE = 1 / 8;

/**
 * What one guest may still take of memory, whatever it is for: its own memory and tables, blocks of
 * its kernel, variables. The guest's code counts down the same global.
 */
export class MemoryRoom {
  readonly #left: WebAssembly.Global<bigint>;
  readonly #pagesMax: number;

  /** `taken` is what an instance has before it runs. */
  constructor(left: WebAssembly.Global<bigint>, pagesMax: number, taken: number) {
    this.#left = left;
    this.#pagesMax = pagesMax;
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

  /**
   * `it has 15MiB of memory, at most 16MiB`, if a guest with so many bytes has next to nothing left to
   * grow by: what then traps did so, most likely, because it was given no more.
   */
  explainFull(memoryBytes: number): string | undefined {
    const most = this.#pagesMax * PAGE_BYTES;
    const little = Math.max(PAGE_BYTES, most * FULL_SHARE);
    const left = Number(this.#left.value);
    if (Math.min(most - memoryBytes, left) >= little) return undefined;
    const around = most + AROUND_BYTES - memoryBytes - left;
    const pages = Math.ceil(around / PAGE_BYTES);
    const isItsOwn = most - memoryBytes < little;
    const besides = isItsOwn ? "" : ` and ${sizeOf(pages)} of tables, variables and blocks`;
    return `it has ${sizeOf(memoryBytes / PAGE_BYTES)} of memory${besides}, at most ${sizeOf(this.#pagesMax)}`;
  }
}

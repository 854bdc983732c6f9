import { createHash } from "node:crypto";
import { PAGES_MAX, PAGES_MIN } from "./program.ts";

/** What an instruction costs by itself, and what work that depends on an operand costs. */
export interface Prices {
  readonly of: (instruction: string) => number;
  readonly entry: number;
  readonly bytes: (count: number) => number;
  readonly page: number;
}

const PAGE_BYTES = 65_536;
const STEPS_MAX = 20_000;
const DEPTH_MAX = 60;

/** Ends of a run that are not a return. */
export class Trap extends Error {}
export class Endless extends Error {}
export class Thrown extends Error {}

/** The state of a program that runs, and what it has spent. */
export class Machine {
  readonly #prices: Prices;
  #memory = new Uint8Array(PAGES_MIN * PAGE_BYTES);
  #steps = 0;
  #depth = 0;
  #spent = 0;
  state = 7;

  constructor(prices: Prices) {
    this.#prices = prices;
  }

  get spent(): number {
    return this.#spent;
  }

  get memoryDigest(): string {
    return digest(this.#memory);
  }

  /** One instruction. */
  step(instruction: string): void {
    this.#spent += this.#prices.of(instruction);
    if (++this.#steps > STEPS_MAX) throw new Endless();
  }

  enter(): void {
    if (++this.#depth > DEPTH_MAX) throw new Endless();
    this.#spent += this.#prices.entry;
  }

  leave(): void {
    this.#depth--;
  }

  load(address: number): number {
    this.#checkRange(address, 4);
    return new DataView(this.#memory.buffer).getInt32(address, true);
  }

  store(address: number, value: number): void {
    this.#checkRange(address, 4);
    new DataView(this.#memory.buffer).setInt32(address, value, true);
  }

  /** Work that fails is not charged by its size. */
  fill(address: number, length: number): void {
    this.#checkRange(address, length);
    this.#spent += this.#prices.bytes(length);
    this.#memory.fill(5, address, address + length);
  }

  grow(pages: number): number {
    const before = this.#memory.length / PAGE_BYTES;
    if (before + pages > PAGES_MAX) return -1;
    this.#spent += pages * this.#prices.page;
    const grown = new Uint8Array((before + pages) * PAGE_BYTES);
    grown.set(this.#memory);
    this.#memory = grown;
    return before;
  }

  #checkRange(address: number, length: number): void {
    if (address + length > this.#memory.length) throw new Trap();
  }
}

export function digest(memory: Uint8Array): string {
  return createHash("sha1").update(memory).digest("hex");
}

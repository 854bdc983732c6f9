import type { Clock } from "../../lib/clock.ts";
import type { FillRandom } from "../../lib/random.ts";
import type { BoundServices } from "../capabilities/binding.ts";

/**
 * What one guest was told that depends on the world, in its order. The rest follows from its module,
 * configuration and input: the same told, the same done, to the unit of fuel. Bytes are Base64.
 */
export type TapeEvent = TapeCall | TapeTime | TapeRandom;

/** A call of a function behind a right. */
export interface TapeCall {
  readonly kind: "call";
  /** As it is imported: `bw_kv_get`. */
  readonly name: string;
  readonly parameters: readonly TapeNumber[];
  /** What the function did with the guest's blocks. */
  readonly blocks: readonly BlockStep[];
  readonly answer: TapeAnswer;
}

/** An i32 as a number, an i64 as digits. */
export type TapeNumber = number | string;

/** Blocks are called by their address, as digits. */
export type BlockStep =
  | { readonly kind: "read"; readonly address: string; readonly bytes: string | null }
  | { readonly kind: "free"; readonly address: string }
  | { readonly kind: "store"; readonly address: string; readonly bytes: string };

export type TapeAnswer =
  /** Null: nothing. */
  | { readonly kind: "returned"; readonly value: TapeNumber | null }
  /** The guest's call ended there. */
  | { readonly kind: "stopped"; readonly reason: string };

/** A look at WASI's clock, in milliseconds. */
export interface TapeTime {
  readonly kind: "time";
  readonly clock: "wall" | "monotonic";
  readonly value: number;
}

/** Random bytes through WASI. */
export interface TapeRandom {
  readonly kind: "random";
  readonly bytes: string;
}

/** Stands between a guest and the world, to note what it is told or to tell it. */
export interface Tape {
  readonly services: (world: BoundServices) => BoundServices;
  /** What WASI answers. */
  readonly clock: (world: Clock) => Clock;
  readonly fillRandom: (world: FillRandom) => FillRandom;
}

export function toTapeNumber(value: number | bigint): TapeNumber {
  return typeof value === "bigint" ? String(value) : value;
}

export function fromTapeNumber(value: TapeNumber): number | bigint {
  return typeof value === "string" ? BigInt(value) : value;
}

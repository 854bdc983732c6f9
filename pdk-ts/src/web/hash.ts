import { digestConstants } from "../runtime/digest-constants.ts";
import { digest } from "../runtime/native.ts";

export interface Hash {
  readonly name: string;
  /** What the engine calls it. */
  readonly number: number;
  /** Of the blocks that it works in, which HMAC has to know. */
  readonly blockBytes: number;
}

/** A name, or an object with one, as functions of the web take it. */
export type AlgorithmName = string | { readonly name: string };

const HASHES: readonly Hash[] = [
  { name: "SHA-1", number: 1, blockBytes: 64 },
  { name: "SHA-256", number: 256, blockBytes: 64 },
  { name: "SHA-384", number: 384, blockBytes: 128 },
  { name: "SHA-512", number: 512, blockBytes: 128 },
];

const CONSTANTS = digestConstants();

export function findHash(algorithm: AlgorithmName): Hash {
  const name = nameOf(algorithm);
  const hash = HASHES.find((known) => known.name === name.toUpperCase());
  if (hash !== undefined) return hash;
  const known = HASHES.map((each) => each.name).join(", ");
  throw new DOMException(`${name} is none of ${known}`, "NotSupportedError");
}

export function nameOf(algorithm: AlgorithmName): string {
  return typeof algorithm === "string" ? algorithm : algorithm.name;
}

export function computeHash({ number }: Hash, data: Uint8Array): Uint8Array {
  return digest(number, data, CONSTANTS);
}

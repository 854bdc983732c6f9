import { randomFillSync } from "node:crypto";

/** Fills bytes with randomness; tests hand in a known sequence. */
export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => void;

export const fillRandom: FillRandom = (bytes) => {
  randomFillSync(bytes);
};

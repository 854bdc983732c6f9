import type { FillRandom } from "../../lib/random.ts";

/** SplitMix32: small, even enough, and the same everywhere. */
export function seededRandom(seed: number): FillRandom {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) & 0xff;
  };
  return (bytes) => {
    for (let at = 0; at < bytes.length; at++) bytes[at] = next();
  };
}

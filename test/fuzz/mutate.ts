/** Random numbers that a seed repeats: xorshift32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed | 0) === 0 ? 1 : seed | 0;
  }

  /** From 0 to `count` - 1. */
  below(count: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % count;
  }
}

/** Bytes that mean something: limits of LEB128, opcodes with surprises, section ids. */
const TELLING = [
  0x00, 0x01, 0x0b, 0x3f, 0x40, 0x41, 0x60, 0x7f, 0x80, 0xff, 0x10, 0x24, 0xfc, 0xfd,
];

/** A few changes, mostly small ones: most mutants of a module should nearly be one. */
export function mutate(source: Uint8Array, random: Random): Uint8Array {
  let bytes = [...source];
  const changes = 1 + random.below(3);
  for (let change = 0; change < changes; change++) {
    const at = random.below(bytes.length);
    switch (random.below(6)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at] = TELLING[random.below(TELLING.length)] ?? 0;
        break;
      case 2:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        break;
      case 3:
        bytes.splice(at, 1 + random.below(3));
        break;
      case 4:
        bytes.splice(at, 0, random.below(256));
        break;
      default:
        bytes = spliced(bytes, at, random);
    }
    if (bytes.length === 0) return Uint8Array.from(source);
  }
  return Uint8Array.from(bytes);
}

/** Copies a stretch over another one: instructions end up among others of the same module. */
function spliced(bytes: readonly number[], at: number, random: Random): number[] {
  const length = 1 + random.below(Math.min(16, bytes.length - at));
  const to = random.below(bytes.length - length + 1);
  return [...bytes.slice(0, to), ...bytes.slice(at, at + length), ...bytes.slice(to + length)];
}

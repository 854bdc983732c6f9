/**
 * The constants of SHA-2 (FIPS 180-4, sections 4.2.3 and 5.3): the first 64 bits of the fractions of
 * roots of the first primes, of which SHA-256 takes the upper half. Computed at build time; rows of
 * 64 bits, lower bytes first: 80 cube roots, 8 square roots, and the 8 after those (SHA-384).
 */
export function digestConstants(): Uint8Array {
  const primes = listPrimes(80);
  const rows = [
    ...primes.map((prime) => fractionOfRoot(prime, 3n)),
    ...primes.slice(0, 16).map((prime) => fractionOfRoot(prime, 2n)),
  ];
  return new Uint8Array(BigUint64Array.from(rows).buffer);
}

function listPrimes(count: number): bigint[] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  }
  return primes;
}

/** The root of `number` shifted by 64 bits, without its whole part; found bit by bit. */
function fractionOfRoot(number: bigint, degree: bigint): bigint {
  const target = number << (64n * degree);
  let root = 0n;
  for (let bit = 1n << 69n; bit > 0n; bit >>= 1n) {
    if ((root | bit) ** degree <= target) root |= bit;
  }
  return BigInt.asUintN(64, root);
}

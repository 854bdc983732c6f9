/** Bits of a float literal, or the kind of NaN that a result may be. */
export interface FloatPattern {
  readonly bits: bigint;
  readonly nan: "canonical" | "arithmetic" | undefined;
}

interface FloatFormat {
  readonly width: 32 | 64;
  readonly exponentMask: bigint;
  readonly quietBit: bigint;
  readonly precision: number;
  readonly exponentMin: number;
}

const F32: FloatFormat = {
  width: 32,
  exponentMask: 0x7f80_0000n,
  quietBit: 0x40_0000n,
  precision: 24,
  exponentMin: -149,
};

const F64: FloatFormat = {
  width: 64,
  exponentMask: 0x7ff0_0000_0000_0000n,
  quietBit: 0x8_0000_0000_0000n,
  precision: 53,
  exponentMin: -1074,
};

const scratch = new DataView(new ArrayBuffer(8));

export function parseInteger(literal: string): bigint {
  const digits = literal.replaceAll("_", "");
  const magnitude = BigInt(digits.replace(/^[+-]/, ""));
  return digits.startsWith("-") ? -magnitude : magnitude;
}

export function parseFloatPattern(literal: string, width: 32 | 64): FloatPattern {
  const format = width === 32 ? F32 : F64;
  const text = literal.replaceAll("_", "");
  const sign = text.startsWith("-") ? 1n << BigInt(width - 1) : 0n;
  const magnitude = text.replace(/^[+-]/, "");
  const { exponentMask, quietBit } = format;
  if (magnitude === "inf") return { bits: sign | exponentMask, nan: undefined };
  if (magnitude === "nan") return { bits: sign | exponentMask | quietBit, nan: undefined };
  if (magnitude === "nan:canonical") return { bits: 0n, nan: "canonical" };
  if (magnitude === "nan:arithmetic") return { bits: 0n, nan: "arithmetic" };
  if (magnitude.startsWith("nan:")) {
    return { bits: sign | exponentMask | BigInt(magnitude.slice(4)), nan: undefined };
  }
  const value = magnitude.startsWith("0x") ? parseHex(magnitude, format) : Number(magnitude);
  return { bits: sign | floatBits(value, width), nan: undefined };
}

export function floatBits(value: number, width: 32 | 64): bigint {
  if (width === 32) {
    scratch.setFloat32(0, value);
    return BigInt(scratch.getUint32(0));
  }
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

export function matchesFloat(expected: FloatPattern, bits: bigint, width: 32 | 64): boolean {
  if (expected.nan === undefined) return bits === expected.bits;
  const { exponentMask, quietBit } = width === 32 ? F32 : F64;
  const magnitude = BigInt.asUintN(width - 1, bits);
  const quiet = exponentMask | quietBit;
  return expected.nan === "canonical" ? magnitude === quiet : (magnitude & quiet) === quiet;
}

/** Rounds to nearest, ties to even: what a hexadecimal literal with too many digits means. */
function parseHex(literal: string, format: FloatFormat): number {
  const match = /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?\d+))?$/i.exec(literal);
  if (match === null) throw new Error(`${literal} is no number`);
  const [, whole = "", fraction = "", power = "0"] = match;
  let mantissa = BigInt(`0x${whole}${fraction}` === "0x" ? "0x0" : `0x${whole}${fraction}`);
  let exponent = Number(power) - 4 * fraction.length;
  const excess = mantissa.toString(2).length - format.precision;
  const shift = Math.max(excess, format.exponentMin - exponent);
  if (shift > 0) {
    const dropped = mantissa & ((1n << BigInt(shift)) - 1n);
    const half = 1n << BigInt(shift - 1);
    mantissa >>= BigInt(shift);
    if (dropped > half || (dropped === half && (mantissa & 1n) === 1n)) mantissa++;
    exponent += shift;
  }
  return scale(Number(mantissa), exponent);
}

/** In steps, since 2 ** exponent alone may leave the range of a double. */
function scale(mantissa: number, exponent: number): number {
  let value = mantissa;
  let rest = exponent;
  for (; rest > 1000; rest -= 1000) value *= 2 ** 1000;
  for (; rest < -1000; rest += 1000) value *= 2 ** -1000;
  return value * 2 ** rest;
}

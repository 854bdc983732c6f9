/**
 * The fewest digits that read back as a number, and of these the closest to it: what JavaScript
 * prints. The library's own Grisu2 gives 2.3333333333333337 for 7 / 3. This is Dragon4 (Steele and
 * White 1990, with the estimate of Burger and Dybvig 1996), whose integers are as long as the number
 * is far from one: two or three words for what people count.
 */

const FRACTION_BITS: i32 = 52;
const FRACTION: u64 = (1 << 52) - 1;
const EXPONENT_MASK: u64 = 0x7ff;
/** Of the last bit of a number whose exponent field is 1. */
const EXPONENT_MIN: i32 = -1074;
const LOG10_2: f64 = 0.30102999566398114;
const DIGIT_0: u16 = 0x30;
/** Up to here every whole number is one of its own. */
const WHOLE_MAX: f64 = 9007199254740992;

/** A large integer in words of 32 bits, the least first. */
class Big {
  private readonly words: StaticArray<u32> = new StaticArray<u32>(WORDS_MAX);
  private length: i32 = 0;

  set(value: u64): void {
    unchecked((this.words[0] = <u32>value));
    unchecked((this.words[1] = <u32>(value >> 32)));
    this.length = value >> 32 != 0 ? 2 : value != 0 ? 1 : 0;
  }

  copy(other: Big): void {
    this.length = other.length;
    for (let i = 0; i < other.length; i++) unchecked((this.words[i] = other.words[i]));
  }

  multiply(factor: u32): void {
    let carry: u64 = 0;
    for (let i = 0; i < this.length; i++) {
      carry += <u64>unchecked(this.words[i]) * <u64>factor;
      unchecked((this.words[i] = <u32>carry));
      carry >>= 32;
    }
    if (carry != 0) unchecked((this.words[this.length++] = <u32>carry));
  }

  shift(bits: i32): void {
    for (; bits >= 31; bits -= 31) this.multiply(1 << 31);
    if (bits > 0) this.multiply(1 << bits);
  }

  multiplyPower10(exponent: i32): void {
    for (; exponent >= 9; exponent -= 9) this.multiply(1000000000);
    for (; exponent > 0; exponent--) this.multiply(10);
  }

  add(other: Big): void {
    let carry: u64 = 0;
    const length = max(this.length, other.length);
    for (let i = 0; i < length; i++) {
      if (i < this.length) carry += <u64>unchecked(this.words[i]);
      if (i < other.length) carry += <u64>unchecked(other.words[i]);
      unchecked((this.words[i] = <u32>carry));
      carry >>= 32;
    }
    this.length = length;
    if (carry != 0) unchecked((this.words[this.length++] = <u32>carry));
  }

  /** `other` is not larger. */
  subtract(other: Big): void {
    let borrow: i64 = 0;
    for (let i = 0; i < this.length; i++) {
      borrow += <i64>unchecked(this.words[i]);
      if (i < other.length) borrow -= <i64>unchecked(other.words[i]);
      unchecked((this.words[i] = <u32>borrow));
      borrow >>= 32;
    }
    while (this.length > 0 && unchecked(this.words[this.length - 1]) == 0) this.length -= 1;
  }

  /** Below, at or above zero as this is less than, equal to or greater than `other`. */
  compare(other: Big): i32 {
    if (this.length != other.length) return this.length - other.length;
    for (let i = this.length - 1; i >= 0; i--) {
      const mine = unchecked(this.words[i]);
      const its = unchecked(other.words[i]);
      if (mine != its) return mine < its ? -1 : 1;
    }
    return 0;
  }
}

/** The smallest numbers times 10^324 have 1,130 bits, and then a digit more. */
const WORDS_MAX: i32 = 40;

/** Power of ten of the last digit that was written. */
let exponent10: i32 = 0;

export function lastExponent(): i32 {
  return exponent10;
}

/** Writes the digits of a positive number as UTF-16, 17 at most. Returns how many they are. */
export function writeShortest(value: f64, to: usize): i32 {
  if (value < WHOLE_MAX && floor(value) == value) return writeWhole(<u64>value, to);
  const bits = reinterpret<u64>(value);
  const fraction = bits & FRACTION;
  const field = <i32>((bits >> FRACTION_BITS) & EXPONENT_MASK);
  const digits = field == 0 ? fraction : fraction | (1 << FRACTION_BITS);
  const exponent2 = field == 0 ? EXPONENT_MIN : field + EXPONENT_MIN - 1;
  const shortest = Shortest.get();
  shortest.setUp(digits, exponent2, fraction == 0 && field > 1);
  let exponent = <i32>ceil(<f64>(exponent2 + 63 - <i32>clz(digits)) * LOG10_2 - 1e-10);
  // The estimate is right or one too small.
  if (shortest.scale(exponent)) exponent += 1;
  const length = shortest.generate(to);
  exponent10 = exponent - length;
  return length;
}

/** Most numbers that are printed. */
function writeWhole(value: u64, to: usize): i32 {
  let length: i32 = 1;
  for (let rest = value / 10; rest != 0; rest /= 10) length += 1;
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    store<u16>(to + ((<usize>i) << 1), DIGIT_0 + <u16>(rest % 10));
    rest /= 10;
  }
  exponent10 = 0;
  return length;
}

/** The number is `rest / unit`; what reads back as it lies between `below` under and `above` over. */
class Shortest {
  private static shared: Shortest | null = null;
  private readonly rest: Big = new Big();
  private readonly unit: Big = new Big();
  private readonly below: Big = new Big();
  private readonly above: Big = new Big();
  private readonly sum: Big = new Big();
  /** Then the limits themselves read back as the number, too. */
  private isEven: bool = false;

  /** Made when it is needed: the library that prints numbers starts before the runtime. */
  static get(): Shortest {
    let shared = Shortest.shared;
    if (shared === null) {
      shared = new Shortest();
      Shortest.shared = shared;
    }
    return shared;
  }

  /** A power of two is half as far from its lower neighbour as from its higher one. */
  setUp(digits: u64, exponent2: i32, isPowerOf2: bool): void {
    const extra = isPowerOf2 ? 2 : 1;
    this.isEven = (digits & 1) == 0;
    this.rest.set(digits);
    this.rest.shift(extra + max(exponent2, 0));
    this.unit.set(1);
    this.unit.shift(extra + max(-exponent2, 0));
    this.below.set(1);
    this.below.shift(max(exponent2, 0));
    this.above.copy(this.below);
    if (isPowerOf2) this.above.shift(1);
  }

  /** Divides by a power of ten. Whether the number is not less than one then. */
  scale(exponent: i32): bool {
    if (exponent >= 0) {
      this.unit.multiplyPower10(exponent);
    } else {
      this.rest.multiplyPower10(-exponent);
      this.below.multiplyPower10(-exponent);
      this.above.multiplyPower10(-exponent);
    }
    if (this.isHigh()) return true;
    this.multiply10();
    return false;
  }

  generate(to: usize): i32 {
    let length: i32 = 0;
    let isLast = false;
    while (!isLast) {
      if (length > 0) this.multiply10();
      let digit: u16 = 0;
      for (; this.rest.compare(this.unit) >= 0; digit++) this.rest.subtract(this.unit);
      const isLow = this.isLow();
      const isHigh = this.isHigh();
      if (isHigh && (!isLow || this.isUpperHalf(digit))) digit += 1;
      store<u16>(to + ((<usize>length) << 1), DIGIT_0 + digit);
      length += 1;
      isLast = isLow || isHigh;
    }
    return length;
  }

  private multiply10(): void {
    this.rest.multiply(10);
    this.below.multiply(10);
    this.above.multiply(10);
  }

  /** Whether the digits so far read back as the number. */
  private isLow(): bool {
    const order = this.rest.compare(this.below);
    return this.isEven ? order <= 0 : order < 0;
  }

  /** Whether they do with the last of them one larger. */
  private isHigh(): bool {
    this.sum.copy(this.rest);
    this.sum.add(this.above);
    const order = this.sum.compare(this.unit);
    return this.isEven ? order >= 0 : order > 0;
  }

  /** What lies in the middle goes to the even digit, as V8 has it. */
  private isUpperHalf(digit: u16): bool {
    this.sum.copy(this.rest);
    this.sum.shift(1);
    const order = this.sum.compare(this.unit);
    return order > 0 || (order == 0 && (digit & 1) == 1);
  }
}

/** Punycode (RFC 3492): a label of a host in ASCII, behind `xn--`. */

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const BIAS_FIRST = 72;
const CODE_POINT_FIRST = 128;
const CODE_POINT_MAX = 0x10ffff;
const DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789";

export function encodePunycode(label: string): string {
  const points = Array.from(label, (character) => character.codePointAt(0) ?? 0);
  const basic = points.filter((point) => point < CODE_POINT_FIRST);
  let output = String.fromCodePoint(...basic) + (basic.length > 0 ? "-" : "");
  let handled = basic.length;
  let [next, delta, bias] = [CODE_POINT_FIRST, 0, BIAS_FIRST];
  while (handled < points.length) {
    const smallest = Math.min(...points.filter((point) => point >= next));
    delta += (smallest - next) * (handled + 1);
    next = smallest;
    for (const point of points) {
      if (point < next) delta += 1;
      if (point !== next) continue;
      output += encodeNumber(delta, bias);
      bias = adapt(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled += 1;
    }
    delta += 1;
    next += 1;
  }
  return output;
}

/** Undefined when it is none. */
export function decodePunycode(text: string): string | undefined {
  const basicEnd = Math.max(text.lastIndexOf("-"), 0);
  const points = Array.from(text.slice(0, basicEnd), (character) => character.charCodeAt(0));
  let at = basicEnd > 0 ? basicEnd + 1 : 0;
  let [next, index, bias] = [CODE_POINT_FIRST, 0, BIAS_FIRST];
  while (at < text.length) {
    const before = index;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = DIGITS.indexOf(text[at++] ?? " ");
      if (digit < 0) return undefined;
      index += digit * weight;
      const threshold = thresholdOf(k, bias);
      if (digit < threshold) break;
      weight *= BASE - threshold;
      if (weight > CODE_POINT_MAX * BASE) return undefined;
    }
    bias = adapt(index - before, points.length + 1, before === 0);
    next += Math.floor(index / (points.length + 1));
    index %= points.length + 1;
    if (next > CODE_POINT_MAX) return undefined;
    points.splice(index++, 0, next);
  }
  return String.fromCodePoint(...points);
}

function encodeNumber(number: number, bias: number): string {
  let output = "";
  let rest = number;
  for (let k = BASE; ; k += BASE) {
    const threshold = thresholdOf(k, bias);
    if (rest < threshold) return output + (DIGITS[rest] ?? "");
    const over = rest - threshold;
    output += DIGITS[threshold + (over % (BASE - threshold))] ?? "";
    rest = Math.floor(over / (BASE - threshold));
  }
}

function thresholdOf(k: number, bias: number): number {
  return Math.min(Math.max(k - bias, T_MIN), T_MAX);
}

function adapt(delta: number, points: number, isFirst: boolean): number {
  let rest = Math.floor(isFirst ? delta / DAMP : delta / 2);
  rest += Math.floor(rest / points);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}

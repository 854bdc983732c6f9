/** Addresses as hosts (URL standard, sections 3.5 and 3.6). */

const IPV4_MAX = 2 ** 32;
const PIECES = 8;

/** The dotted form of `1.2.3.4`, `0x1.2`, `017`, …; undefined when it is no address. */
export function parseIpv4(text: string): string | undefined {
  const parts = text.split(".");
  if (parts.at(-1) === "" && parts.length > 1) parts.pop();
  if (parts.length > 4) return undefined;
  const numbers = parts.map(parseNumber);
  const last = numbers.pop() ?? NaN;
  const room = 256 ** (4 - numbers.length);
  if (numbers.some((number) => !(number <= 255)) || !(last < room)) return undefined;
  const address = numbers.reduce((sum, number, i) => sum + number * 256 ** (3 - i), last);
  return printIpv4(address % IPV4_MAX);
}

function printIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** NaN when it is none. */
function parseNumber(text: string): number {
  if (/^0[xX][\da-fA-F]*$/.test(text)) return text.length === 2 ? 0 : Number.parseInt(text, 16);
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : NaN;
}

/** Eight numbers of 16 bits; undefined when the text is no address. */
export function parseIpv6(text: string): number[] | undefined {
  const [before = "", after, ...more] = text.split("::");
  const head = parsePieces(before, after === undefined);
  const tail = after === undefined ? [] : parsePieces(after, true);
  if (head === undefined || tail === undefined || more.length > 0) return undefined;
  const missing = PIECES - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function parsePieces(text: string, isEnd: boolean): number[] | undefined {
  const pieces: number[] = [];
  const parts = text === "" ? [] : text.split(":");
  for (const [index, part] of parts.entries()) {
    if (/^[\da-fA-F]{1,4}$/.test(part)) {
      pieces.push(Number.parseInt(part, 16));
      continue;
    }
    const bytes = isEnd && index === parts.length - 1 ? parseBytes(part) : undefined;
    if (bytes === undefined) return undefined;
    pieces.push((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0), (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0));
  }
  return pieces;
}

/** The last two pieces may be written as an IPv4 address, in decimal and without leading zeros. */
function parseBytes(text: string): number[] | undefined {
  const bytes = text.split(".");
  const isSound = bytes.length === 4 && bytes.every((byte) => /^(?:0|[1-9]\d{0,2})$/.test(byte));
  const numbers = bytes.map(Number);
  return isSound && numbers.every((byte) => byte <= 255) ? numbers : undefined;
}

/** RFC 5952: the longest row of zeros, the first of several, becomes `::`. */
export function printIpv6(pieces: readonly number[]): string {
  const texts = pieces.map((piece) => piece.toString(16));
  const [start, length] = longestZeros(pieces);
  if (length < 2) return texts.join(":");
  return `${texts.slice(0, start).join(":")}::${texts.slice(start + length).join(":")}`;
}

function longestZeros(pieces: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < pieces.length; start++) {
    let end = start;
    while (pieces[end] === 0) end += 1;
    if (end - start > best[1]) best = [start, end - start];
  }
  return best;
}

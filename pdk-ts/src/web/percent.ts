import { decodeUtf8, encodeUtf8 } from "../runtime/native.ts";

type SetName = "control" | "fragment" | "query" | "specialQuery" | "path" | "userinfo";

/** Percent-encode sets (URL standard, section 1.3). Each regular expression finds what is encoded. */
export const SET: Readonly<Record<SetName, RegExp>> = {
  control: /[^ -~]/gu,
  fragment: /[^!-~]|["<>`]/gu,
  query: /[^!-~]|["#<>]/gu,
  specialQuery: /[^!-~]|["#<>']/gu,
  path: /[^!-~]|["#<>?^`{}]/gu,
  userinfo: /[^!-~]|["#<>?^`{}/:;=@[\]\\|]/gu,
};

/** What a form keeps as it is; a space becomes a plus. */
const FORM = /[^A-Za-z0-9*._-]/gu;

export function percentEncode(text: string, set: RegExp): string {
  return text.toWellFormed().replace(set, encodeCharacter);
}

export function encodeForm(text: string): string {
  return text
    .toWellFormed()
    .replace(FORM, (character) => (character === " " ? "+" : encodeCharacter(character)));
}

export function decodeForm(text: string): string {
  return percentDecode(text.replaceAll("+", " "));
}

/** The bytes that a text with percent-encodings stands for, as UTF-8; what is none is U+FFFD. */
export function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  const from = encodeUtf8(text);
  const to = new Uint8Array(from.length);
  let length = 0;
  for (let at = 0; at < from.length; at++) {
    const [high, low] = [digitOf(from[at + 1]), digitOf(from[at + 2])];
    const isEncoded = from[at] === PERCENT && high >= 0 && low >= 0;
    to[length++] = isEncoded ? high * 16 + low : (from[at] ?? 0);
    if (isEncoded) at += 2;
  }
  return decodeUtf8(to.subarray(0, length)).toWellFormed();
}

const PERCENT = 0x25;

/** Of an ASCII hex digit; -1 for another byte, or none. */
function digitOf(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}

function encodeCharacter(character: string): string {
  if (character > "\u007f") return encodeURIComponent(character);
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

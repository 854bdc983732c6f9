import { encode, encodedMax, isUtf8, decode } from "./utf8";

/** The first value of a parameter in the query of a target, decoded as a form is (`+` is a space). */
export function findQueryValue(target: string, name: string): string | null {
  const start = target.indexOf("?");
  if (start < 0) return null;
  for (let at = start + 1, length = target.length; at <= length;) {
    const ampersand = target.indexOf("&", at);
    const end = ampersand < 0 ? length : ampersand;
    const found = target.indexOf("=", at);
    const equals = found < 0 || found > end ? end : found;
    const isNamed = equals > at && decodeForm(target.substring(at, equals)) == name;
    if (isNamed) return equals < end ? decodeForm(target.substring(equals + 1, end)) : "";
    at = end + 1;
  }
  return null;
}

/** Broken percent-encoding stays as it stands: what a client sends never throws here. */
function decodeForm(text: string): string {
  const spaced = text.replaceAll("+", " ");
  if (spaced.indexOf("%") < 0) return spaced;
  const bytes = new StaticArray<u8>(<i32>encodedMax(spaced));
  const from = changetype<usize>(bytes);
  const end = encode(spaced, from);
  let to = from;
  for (let at = from; at < end; at++) {
    let byte = load<u8>(at);
    if (byte == 0x25) {
      const high = at + 1 < end ? hexOf(load<u8>(at + 1)) : -1;
      const low = at + 2 < end ? hexOf(load<u8>(at + 2)) : -1;
      if (high < 0 || low < 0) return spaced;
      byte = <u8>((high << 4) | low);
      at += 2;
    }
    store<u8>(to++, byte);
  }
  return isUtf8(from, to - from) ? decode(from, to - from) : spaced;
}

function hexOf(byte: i32): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

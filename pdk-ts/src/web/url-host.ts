import { percentDecode, percentEncode, SET } from "./percent.ts";
import { decodePunycode, encodePunycode } from "./punycode.ts";
import { parseIpv4, parseIpv6, printIpv6 } from "./ip-address.ts";

/** URL standard, section 3.2: what no host, and what no domain, can hold. */
// oxlint-disable-next-line no-control-regex -- they are what it is about
const NO_HOST = /[\0\t\n\r #/:<>?@[\\\]^|]/;
// oxlint-disable-next-line no-control-regex -- they are what it is about
const NO_DOMAIN = /[\0-\x20#%/:<>?@[\\\]^|\x7f]/;
/** Of these UTS 46 leaves nothing. */
const IGNORED = /\u00ad|\u034f|[\u180b-\u180d]|\u180f|\u200b|\u2060|\u2064|[\ufe00-\ufe0f]|\ufeff/g;
const NUMBER = /^(?:\d+|0[xX][\da-fA-F]*)$/;

/** A host as it is serialized; undefined when it is none (URL standard, section 3.5). */
export function parseHost(input: string, isOpaque: boolean): string | undefined {
  if (input.startsWith("[")) {
    const pieces = input.endsWith("]") ? parseIpv6(input.slice(1, -1)) : undefined;
    return pieces && `[${printIpv6(pieces)}]`;
  }
  if (isOpaque) return NO_HOST.test(input) ? undefined : percentEncode(input, SET.control);
  const domain = toAscii(percentDecode(input));
  if (domain === undefined || domain === "" || NO_DOMAIN.test(domain)) return undefined;
  return endsInNumber(domain) ? parseIpv4(domain) : domain;
}

function endsInNumber(domain: string): boolean {
  const parts = domain.split(".");
  if (parts.at(-1) === "" && parts.length > 1) parts.pop();
  return NUMBER.test(parts.at(-1) ?? "");
}

/**
 * Near to UTS 46 without its tables, which are larger than the engine: characters are folded by
 * NFKC and lower case, and not all that UTS 46 refuses is refused. The host checks again whatever is
 * sent over the net.
 */
function toAscii(domain: string): string | undefined {
  const folded = /^[\0-\x7f]*$/.test(domain) ? domain.toLowerCase() : fold(domain);
  const labels = folded.split(".").map(toAsciiLabel);
  return labels.includes(undefined) ? undefined : labels.join(".");
}

function fold(domain: string): string {
  const plain = domain.replace(IGNORED, "").normalize("NFKC");
  // Letter by letter: a word's last sigma would become another letter.
  const lower = Array.from(plain, (character) => character.toLowerCase()).join("");
  return lower.normalize("NFKC").replaceAll("\u3002", ".");
}

function toAsciiLabel(label: string): string | undefined {
  if (label.startsWith("xn--")) {
    const decoded = decodePunycode(label.slice(4));
    const isSound =
      decoded !== undefined && /[^\0-\x7f]/.test(decoded) && fold(decoded) === decoded;
    return isSound && `xn--${encodePunycode(decoded)}` === label ? label : undefined;
  }
  if (/^[\0-\x7f]*$/.test(label)) return label;
  return label.includes("\ufffd") ? undefined : `xn--${encodePunycode(label)}`;
}

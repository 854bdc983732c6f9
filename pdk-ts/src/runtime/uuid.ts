/** Where the hyphens stand, in bytes. */
const GROUPS = [0, 4, 6, 8, 10, 16] as const;

/** 16 random bytes as a UUID of version 4 (RFC 9562, section 5.4). */
export function printUuid(random: Uint8Array): string {
  const bytes = Uint8Array.from(random);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  return GROUPS.slice(1)
    .map((end, group) => digits.slice(GROUPS[group], end).join(""))
    .join("-");
}

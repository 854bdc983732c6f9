/** The polynomial of ISO 3309 and zip, bits reversed. */
const POLYNOMIAL = 0xed_b8_83_20;

const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ POLYNOMIAL;
  }
  return remainder;
});

/** CRC-32 as zip, gzip and PNG compute it, in eight hexadecimal digits. */
export function crc32(bytes: Uint8Array): string {
  let remainder = 0xff_ff_ff_ff;
  // By index: an iterator over the bytes takes the engine twice as long.
  for (let at = 0; at < bytes.length; at++) {
    remainder = (TABLE[(remainder ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (remainder >>> 8);
  }
  return ((remainder ^ 0xff_ff_ff_ff) >>> 0).toString(16).padStart(8, "0");
}

import { Buffer, isUtf8 } from "node:buffer";

const KIB = 1024;

/** `738 KiB`, `1.2 MiB`. */
export function printBytes(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`;
  if (bytes < KIB * KIB) return `${Math.round(bytes / KIB)} KiB`;
  return `${(bytes / KIB / KIB).toFixed(1)} MiB`;
}

/** Bytes as text where they are text. */
export function describeBytes(name: string, bytes: Uint8Array): Readonly<Record<string, string>> {
  const buffer = Buffer.from(bytes);
  if (isUtf8(buffer)) return { [name]: buffer.toString("utf8") };
  return { [name]: buffer.toString("base64"), [`${name}Encoding`]: "base64" };
}

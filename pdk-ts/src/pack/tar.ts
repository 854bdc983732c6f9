const BLOCK = 512;

export interface TarFile {
  /** At most 100 characters of ASCII. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * A tar archive in the ustar format of POSIX.1-1988, without times, owners or anything else that
 * differs from one machine to the next.
 */
export function writeTar(files: readonly TarFile[]): Uint8Array {
  const parts = files.flatMap(({ path, bytes }) => [
    header(path, bytes.length),
    bytes,
    new Uint8Array(padding(bytes.length)),
  ]);
  // Two empty blocks are the end.
  parts.push(new Uint8Array(2 * BLOCK));
  return concat(parts);
}

function header(path: string, length: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string): void => block.set(new TextEncoder().encode(text), at);
  put(0, path);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${length.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  // The checksum counts its own field as blanks.
  put(148, "        ");
  put(156, "0");
  put(257, "ustar\u000000");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

function padding(length: number): number {
  return (BLOCK - (length % BLOCK)) % BLOCK;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

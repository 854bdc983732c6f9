import { resolve } from "node:path";
import { BackworksError } from "../lib/errors.ts";
import { readRegularFile, readingFailure } from "../lib/regular-file.ts";
import type { Terminal } from "./output.ts";

/** More than any hook is given. */
const BYTES_MAX = 16 * 1024 * 1024;

/** The bytes of a file, or of standard input when it is called `-`. Throws `usage`. */
export async function readInput(
  option: string,
  name: string,
  { in: stream, directory }: Pick<Terminal, "in" | "directory">,
): Promise<Uint8Array> {
  const bytes = name === "-" ? await drain(stream) : await readFile(option, name, directory);
  if (bytes !== undefined) return bytes;
  throw new BackworksError("usage", `${option} ${name}: more than ${BYTES_MAX} bytes`);
}

async function readFile(
  option: string,
  name: string,
  directory: string,
): Promise<Uint8Array | undefined> {
  try {
    return await readRegularFile(resolve(directory, name), BYTES_MAX);
  } catch (cause) {
    throw new BackworksError("usage", `${option} ${name}: ${readingFailure(cause)}`, { cause });
  }
}

async function drain(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > BYTES_MAX) return undefined;
  }
  return Buffer.concat(chunks);
}

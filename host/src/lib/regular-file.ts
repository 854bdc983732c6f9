import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { messageOf } from "./errors.ts";

/** Opening a pipe would otherwise wait for somebody who writes to it. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;

/** A path that names something other than a file: a folder, a pipe, a device. */
export class NotRegularFileError extends Error {
  override readonly name = "NotRegularFileError";
  readonly what: "a directory" | "no regular file";

  constructor(what: NotRegularFileError["what"]) {
    super(`it is ${what}`);
    this.what = what;
  }
}

/** A file that is open for reading; disposing of it closes it. */
export interface RegularFile extends AsyncDisposable {
  readonly handle: FileHandle;
  /** Bytes that it had when it was opened. */
  readonly size: number;
}

/** Opens a file for reading and never waits. Throws the system's error or `NotRegularFileError`. */
export async function openRegularFile(file: string): Promise<RegularFile> {
  const handle = await open(file, READ_WITHOUT_WAITING);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) {
      throw new NotRegularFileError(stat.isDirectory() ? "a directory" : "no regular file");
    }
    return { handle, size: stat.size, [Symbol.asyncDispose]: async () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The whole of a file, or nothing when it has more than `bytesMax` bytes. The size is checked on
 * what is read, not on what was promised: a file may grow meanwhile. Throws what opening it throws.
 */
export async function readRegularFile(
  file: string,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  await using opened = await openRegularFile(file);
  const { handle, size } = opened;
  let bytes = new Uint8Array(Math.min(size, bytesMax) + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    length += bytesRead;
    if (length > bytesMax) return undefined;
    // There was room for one byte more than the file had.
    if (bytesRead === 0 || length === size) return bytes.subarray(0, length);
    if (length === bytes.length) {
      const longer = new Uint8Array(bytesMax + 1);
      longer.set(bytes);
      bytes = longer;
    }
  }
}

/** Why a file that somebody named cannot be read, without the words of the system for the usual case. */
export function readingFailure(cause: unknown): string {
  const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  return isMissing ? "there is no such file" : messageOf(cause);
}

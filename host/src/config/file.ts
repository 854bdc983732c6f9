import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { BackworksError } from "../lib/errors.ts";
import { CONFIG_BYTES_MAX } from "./read.ts";

/** Opening a pipe would otherwise wait for somebody who writes to it. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;

/** Reads a configuration file as text: a regular file, at most 1 MiB, UTF-8. */
export async function readConfigFile(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    await using handle = await open(file, READ_WITHOUT_WAITING);
    bytes = await readBounded(handle, file);
  } catch (thrown) {
    throw thrown instanceof BackworksError ? thrown : unreadable(file, thrown);
  }
  return decode(bytes, file);
}

/** The size is checked on what is read, not only on what was promised: a file may grow meanwhile. */
async function readBounded(handle: FileHandle, file: string): Promise<Uint8Array> {
  const stat = await handle.stat();
  if (!stat.isFile()) {
    const what = stat.isDirectory() ? "a directory" : "no regular file";
    throw new BackworksError("config_unreadable", `${file} is ${what}: expected a YAML file`, {
      position: { file },
    });
  }
  const bytes = new Uint8Array(CONFIG_BYTES_MAX + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
  throw new BackworksError(
    "config_too_large",
    `${file} has ${Math.max(stat.size, length)} bytes: expected at most ${CONFIG_BYTES_MAX}`,
    { position: { file } },
  );
}

function unreadable(file: string, cause: unknown): BackworksError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
  const options = { cause, position: { file } };
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new BackworksError("config_not_found", `${file} does not exist`, options);
  }
  return new BackworksError("config_unreadable", `${file} cannot be read (${code})`, options);
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BackworksError(
      "config_syntax",
      `${file} is not UTF-8: save it in that encoding${utf16Hint(bytes)}`,
      { cause, position: { file, line: firstBadLine(bytes), column: 1 } },
    );
  }
}

function utf16Hint(bytes: Uint8Array): string {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return mark === 0xfffe || mark === 0xfeff ? " (it looks like UTF-16)" : "";
}

/** A line feed is never part of a longer UTF-8 sequence, so lines can be tried one by one. */
function firstBadLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let start = 0;
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    try {
      decoder.decode(bytes.subarray(start, end === -1 ? bytes.length : end + 1));
    } catch {
      return line;
    }
    if (end === -1) return line;
    start = end + 1;
  }
}

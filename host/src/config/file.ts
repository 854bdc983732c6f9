import { BackworksError } from "../lib/errors.ts";
import { NotRegularFileError, readRegularFile } from "../lib/regular-file.ts";
import { CONFIG_BYTES_MAX } from "./read.ts";

/** Reads a configuration file as text: a regular file, at most 1 MiB, UTF-8. */
export async function readConfigFile(file: string): Promise<string> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readRegularFile(file, CONFIG_BYTES_MAX);
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
  if (bytes !== undefined) return decode(bytes, file);
  throw new BackworksError(
    "config_too_large",
    `${file} has more than ${CONFIG_BYTES_MAX} bytes, which is the most that is read`,
    { position: { file } },
  );
}

function unreadable(file: string, cause: unknown): BackworksError {
  if (cause instanceof NotRegularFileError) {
    const message = `${file} is ${cause.what}: expected a YAML file`;
    return new BackworksError("config_unreadable", message, { cause, position: { file } });
  }
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

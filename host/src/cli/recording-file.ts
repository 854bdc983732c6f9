import { writeFile } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { BackworksError, messageOf } from "../lib/errors.ts";
import { readRegularFile, readingFailure } from "../lib/regular-file.ts";
import { recordCall, type NotedCall } from "../workbench/recording/record-call.ts";
import { readRecording, type Recording } from "../workbench/recording/recording.ts";

/** A call reads and writes some megabytes at most, twice as much as Base64 in JSON. */
const BYTES_MAX = 256 * 1024 * 1024;

/** Writes a call down; both files are absolute. Throws `usage` when that does not work. */
export async function writeRecording(noted: NotedCall, file: string): Promise<void> {
  const from = relative(dirname(file), noted.file).split(sep).join("/");
  const recording = recordCall({ ...noted, file: from });
  const text = `${JSON.stringify(recording, null, 2)}\n`;
  // It holds what the plugin was given and answered: nobody else's business.
  await writeFile(file, text, { mode: 0o600 }).catch((cause: unknown) => {
    throw new BackworksError("usage", `cannot write ${file}: ${messageOf(cause)}`, { cause });
  });
}

/** Reads a recording; `name` is what messages call it. Throws `recording_invalid` or `_altered`. */
export async function loadRecording(file: string, name: string): Promise<Recording> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readRegularFile(file, BYTES_MAX);
  } catch (cause) {
    throw new BackworksError("usage", `${name}: ${readingFailure(cause)}`, { cause });
  }
  if (bytes !== undefined) return readRecording(Buffer.from(bytes).toString("utf8"), name);
  throw new BackworksError("recording_invalid", `${name} has more than ${BYTES_MAX} bytes`);
}

/** Where the module lay that was recorded, as far as the recording knows. */
export function recordedModule(file: string, { plugin }: Recording): string {
  return resolve(dirname(file), plugin.file);
}

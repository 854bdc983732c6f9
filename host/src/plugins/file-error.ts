import { BackworksError, messageOf } from "../lib/errors.ts";

/** What went wrong with a plugin's file, in our words. */
export function fileError(file: string, cause: unknown): BackworksError {
  if (isMissing(cause)) {
    return new BackworksError("plugin_file_missing", `there is no file ${file}`, {
      cause,
      position: { file },
    });
  }
  return new BackworksError("plugin_unreadable", `cannot read it: ${messageOf(cause)}`, {
    cause,
    position: { file },
  });
}

/** Says in which file an error lies that was found in bytes alone. */
export function inFile(file: string, thrown: unknown): unknown {
  if (!(thrown instanceof BackworksError) || thrown.position !== undefined) return thrown;
  const { code, message, details, cause } = thrown;
  return new BackworksError(code, message, { details, cause, position: { file } });
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

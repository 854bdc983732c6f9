import { readlinkSync } from "node:fs";
import { BackworksError, hasErrorCode, messageOf } from "../lib/errors.ts";
import { joinErrors, partsOf } from "../lib/join-errors.ts";
import { NotRegularFileError } from "../lib/regular-file.ts";

/** What went wrong with a plugin's file, in our words. */
export function fileError(file: string, cause: unknown): BackworksError {
  const options = { cause, position: { file } };
  if (isMissing(cause)) {
    const message = `there is no file ${file}${linkHint(file)}`;
    return new BackworksError("plugin_file_missing", message, options);
  }
  return new BackworksError("plugin_unreadable", reasonOf(cause), options);
}

function reasonOf(cause: unknown): string {
  if (cause instanceof NotRegularFileError) return `${cause.message}: expected a file`;
  if (hasErrorCode(cause, "ENOTDIR")) return "it is no directory, or below a file";
  if (hasErrorCode(cause, "EACCES") || hasErrorCode(cause, "EPERM")) return "it may not be read";
  return `cannot read it: ${messageOf(cause)}`;
}

/** Whoever looks for the file finds something in its place. */
function linkHint(file: string): string {
  try {
    return `: it is a link to ${readlinkSync(file)}, which is not there`;
  } catch {
    return "";
  }
}

/** Says in which file an error lies that was found in bytes alone; of several, each of them. */
export function inFile(file: string, thrown: unknown): unknown {
  if (!(thrown instanceof BackworksError) || thrown.position !== undefined) return thrown;
  const place = ({ code, message, details, cause }: BackworksError): BackworksError =>
    new BackworksError(code, message, { details, cause, position: { file } });
  return joinErrors(partsOf(thrown).map(place));
}

export function isMissing(error: unknown): boolean {
  return hasErrorCode(error, "ENOENT");
}

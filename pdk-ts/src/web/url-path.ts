import { percentEncode, SET } from "./percent.ts";
import { isSpecial, type UrlRecord } from "./url-record.ts";

const DOT = /^(?:\.|%2e)$/i;
const DOTS = /^(?:\.|%2e){2}$/i;
const DRIVE_LETTER = /^[A-Za-z][:|]$/;

/** Appends segments, dots resolved: the path state (URL standard, section 4.4). */
export function appendPath(url: UrlRecord, text: string): void {
  const path = Array.from(url.path);
  const isFile = url.scheme === "file";
  const segments = text.split(isSpecial(url) ? /[/\\]/ : "/");
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (DOTS.test(segment)) {
      shortenPath(path, isFile);
      if (isLast) path.push("");
    } else if (DOT.test(segment)) {
      if (isLast) path.push("");
    } else {
      const isDrive = isFile && path.length === 0 && isDriveLetter(segment);
      path.push(isDrive ? `${segment[0] ?? ""}:` : percentEncode(segment, SET.path));
    }
  }
  url.path = path;
}

/** Leaves out the last segment; a file's drive letter stays. */
export function shortenPath(path: string[], isFile: boolean): void {
  const isDrive = isFile && path.length === 1 && /^[A-Za-z]:$/.test(path[0] ?? "");
  if (!isDrive) path.pop();
}

export function isDriveLetter(text: string): boolean {
  return DRIVE_LETTER.test(text);
}

export function startsWithDriveLetter(text: string): boolean {
  return DRIVE_LETTER.test(text.slice(0, 2)) && /^$|^[/\\]/.test(text.slice(2));
}

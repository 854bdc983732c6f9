import { BackworksError } from "./errors.ts";
import { escapeText } from "./escape.ts";

/** A run of percent-encoded bytes, or a percent sign that begins none. */
const ENCODED = /(?:%[0-9A-Fa-f]{2})+|%/g;
/** Encoded slash and encoded percent sign: decoding them would change what a path means. */
const KEPT = /%(2[Ff]|25)/g;
const DOT_SEGMENT = /(?:\/|%2F|\\)\.\.?(?:\/|%2F|\\|$)/;

/** The path of a target in origin form, still percent-encoded. */
export function pathOf(target: string): string {
  const end = target.indexOf("?");
  return end === -1 ? target : target.slice(0, end);
}

/** The query of a target in origin form, without its question mark. */
export function queryOf(target: string): string {
  const end = target.indexOf("?");
  return end === -1 ? "" : target.slice(end + 1);
}

/**
 * One spelling per path, so that routing and the paths of hooks never disagree: percent-decoded,
 * but for `%2F` and `%25`, which stay (an encoded slash is part of a segment, never a separator).
 * Empty segments and trailing slashes stay as they are: `/a//b`, `/a/` and `/a` are three paths.
 *
 * Throws `request_malformed` for stray percent signs, bytes that are not UTF-8, and dot segments:
 * clients remove those before they send (RFC 3986 5.2.4), so who sends them looks for a way around.
 */
export function canonicalPath(path: string): string {
  const decoded = path.includes("%") ? path.replace(ENCODED, (run) => decodeRun(run, path)) : path;
  if (decoded.includes(".") && DOT_SEGMENT.test(decoded)) {
    throw new BackworksError(
      "request_malformed",
      `path "${escapeText(path)}" has a dot segment: send the path without "." and ".."`,
    );
  }
  return decoded;
}

/** What one segment of a canonical path stands for. */
export function segmentText(segment: string): string {
  if (!segment.includes("%")) return segment;
  return segment.replace(KEPT, (escape) => (escape === "%25" ? "%" : "/"));
}

function decodeRun(run: string, path: string): string {
  try {
    return decodeURIComponent(run.replace(KEPT, (_, hex: string) => `%25${hex.toUpperCase()}`));
  } catch (cause) {
    throw new BackworksError(
      "request_malformed",
      `path "${escapeText(path)}" has a malformed percent-encoding: expected UTF-8, and %25 for a percent sign`,
      { cause },
    );
  }
}

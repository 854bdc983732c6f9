import { parseHost } from "./url-host.ts";
import { appendPath } from "./url-path.ts";
import { parsePath, splitPort } from "./url-parser.ts";
import { cannotHavePort, isSpecial, setPort, type UrlRecord } from "./url-record.ts";

/**
 * What assignments to parts of a URL do: the parser with a state override (URL standard, section
 * 4.4). What cannot be assigned changes nothing, without an error.
 */

const PORT_MAX = 65_535;

export function setSchemeOf(url: UrlRecord, value: string): void {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*)(?::|$)/.exec(clean(value))?.[1]?.toLowerCase();
  if (scheme === undefined) return;
  const next = { ...url, scheme };
  if (isSpecial(next) !== isSpecial(url)) return;
  const hasCredentials = url.username !== "" || url.password !== "";
  if (scheme === "file" && (hasCredentials || url.port !== null)) return;
  if (url.scheme === "file" && url.host === "") return;
  url.scheme = scheme;
  if (url.port !== null) setPort(url, url.port);
}

export function setHostOf(url: UrlRecord, value: string, withPort: boolean): void {
  if (typeof url.path === "string") return;
  const text = clean(value);
  const end = text.search(isSpecial(url) ? /[/\\?#]/ : /[/?#]/);
  const authority = end < 0 ? text : text.slice(0, end);
  const { host, port } =
    url.scheme === "file" ? { host: authority, port: null } : splitPort(authority);
  if (port !== null && (host === "" || !withPort)) return;
  if (host === "" && !mayBeEmpty(url)) return;
  const parsed = host === "" ? "" : parseHost(host, !isSpecial(url));
  if (parsed === undefined) return;
  url.host = url.scheme === "file" && parsed === "localhost" ? "" : parsed;
  if (port !== null) assignPort(url, port);
}

function mayBeEmpty(url: UrlRecord): boolean {
  if (url.scheme === "file") return true;
  const hasMore = url.username !== "" || url.password !== "" || url.port !== null;
  return !isSpecial(url) && !hasMore;
}

export function setPortOf(url: UrlRecord, value: string): void {
  if (cannotHavePort(url)) return;
  if (value === "") url.port = null;
  else assignPort(url, clean(value));
}

/** Digits up to something else. */
function assignPort(url: UrlRecord, text: string): void {
  const digits = /^\d+/.exec(text)?.[0];
  if (digits !== undefined && Number(digits) <= PORT_MAX) setPort(url, Number(digits));
}

export function setPathOf(url: UrlRecord, value: string): void {
  if (typeof url.path === "string") return;
  const text = clean(value);
  if (isSpecial(url) || text !== "") {
    const slash = isSpecial(url) ? /^[/\\]/ : /^\//;
    url.path = [];
    appendPath(url, text.replace(slash, ""));
  } else {
    parsePath(url, "");
    if (url.host === null) url.path = [""];
  }
}

/** The parser passes over these wherever they stand. */
export function clean(value: string): string {
  return value.toWellFormed().replace(/[\t\n\r]/g, "");
}

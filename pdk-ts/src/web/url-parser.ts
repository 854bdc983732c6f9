import { percentEncode, SET } from "./percent.ts";
import { parseHost } from "./url-host.ts";
import { appendPath, isDriveLetter, shortenPath, startsWithDriveLetter } from "./url-path.ts";
import { createRecord, isSpecial, setPort, type UrlRecord } from "./url-record.ts";

/**
 * The basic URL parser (URL standard, section 4.4), part by part instead of character by character.
 * A part that is no URL's throws `Malformed`, which `parseUrl` catches.
 */

class Malformed extends Error {}

// oxlint-disable-next-line no-control-regex -- they are what it is about
const AROUND = /^[\0-\x20]+|[\0-\x20]+$/g;
const WITHIN = /[\t\n\r]/g;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
const PORT_MAX = 65_535;

/** Null when the input is no URL, relative to the base. */
export function parseUrl(input: string, base: UrlRecord | null): UrlRecord | null {
  try {
    return parse(input.toWellFormed().replace(AROUND, "").replace(WITHIN, ""), base);
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

function parse(text: string, base: UrlRecord | null): UrlRecord {
  const [withoutFragment, fragment] = cut(text, "#");
  const [rest, query] = cut(withoutFragment, "?");
  const scheme = SCHEME.exec(rest)?.[1];
  const url =
    scheme === undefined
      ? parseRelative(rest, query, fragment, base)
      : parseAbsolute(
          createRecord(scheme.toLowerCase()),
          rest.slice(scheme.length + 1),
          base,
          query,
        );
  if (query !== null) setQuery(url, query);
  url.fragment = fragment === null ? null : percentEncode(fragment, SET.fragment);
  return url;
}

/** A text up to a separator, and what follows it. */
function cut(text: string, separator: string): [before: string, after: string | null] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

export function setQuery(url: UrlRecord, query: string): void {
  url.query = percentEncode(query, isSpecial(url) ? SET.specialQuery : SET.query);
}

function parseAbsolute(
  url: UrlRecord,
  rest: string,
  base: UrlRecord | null,
  query: string | null,
): UrlRecord {
  if (url.scheme === "file")
    return parseFile(url, rest, base?.scheme === "file" ? base : null, query);
  if (isSpecial(url)) {
    const isRelative = base?.scheme === url.scheme && !rest.startsWith("//");
    if (isRelative) return resolve(url, rest, base, query);
    return parseAuthority(url, rest.replace(/^[/\\]+/, ""));
  }
  if (rest.startsWith("//")) return parseAuthority(url, rest.slice(2));
  if (rest.startsWith("/")) return parsePath(url, rest);
  url.path = printOpaque(rest, query);
  return url;
}

/** A space at the end would be lost when the text is parsed again. */
function printOpaque(path: string, query: string | null): string {
  const text = percentEncode(path, SET.control);
  return query === null ? text : text.replace(/ $/, "%20");
}

function parseRelative(
  rest: string,
  query: string | null,
  fragment: string | null,
  base: UrlRecord | null,
): UrlRecord {
  if (base === null) throw new Malformed();
  if (typeof base.path === "string") {
    if (rest !== "" || query !== null || fragment === null) throw new Malformed();
    return { ...base };
  }
  const url = createRecord(base.scheme);
  return base.scheme === "file"
    ? parseFile(url, rest, base, query)
    : resolve(url, rest, base, query);
}

/** The relative state. */
function resolve(url: UrlRecord, rest: string, base: UrlRecord, query: string | null): UrlRecord {
  const slash = isSpecial(url) ? /^[/\\]/ : /^\//;
  const slashes = isSpecial(url) ? /^[/\\]{2}[/\\]*/ : /^\/\//;
  const authority = slashes.exec(rest);
  if (authority !== null) return parseAuthority(url, rest.slice(authority[0].length));
  const { username, password, host, port } = base;
  Object.assign(url, { username, password, host, port });
  if (slash.test(rest)) return parsePath(url, rest);
  inheritPath(url, rest, base, query);
  return url;
}

function inheritPath(url: UrlRecord, rest: string, base: UrlRecord, query: string | null): void {
  const path = Array.from(base.path);
  url.path = path;
  if (rest === "") {
    if (query === null) url.query = base.query;
    return;
  }
  shortenPath(path, url.scheme === "file");
  appendPath(url, rest);
}

function parseFile(
  url: UrlRecord,
  rest: string,
  base: UrlRecord | null,
  query: string | null,
): UrlRecord {
  url.host = "";
  if (/^[/\\]{2}/.test(rest)) return parseFileHost(url, rest.slice(2));
  if (base === null) return parsePath(url, rest);
  url.host = base.host;
  if (/^[/\\]/.test(rest)) {
    const drive = base.path[0] ?? "";
    const inherits = !startsWithDriveLetter(rest.slice(1)) && /^[A-Za-z]:$/.test(drive);
    if (inherits) url.path = [drive];
    appendPath(url, rest.slice(1));
    return url;
  }
  if (!startsWithDriveLetter(rest)) inheritPath(url, rest, base, query);
  else appendPath(url, rest);
  return url;
}

function parseFileHost(url: UrlRecord, rest: string): UrlRecord {
  const end = rest.search(/[/\\]/);
  const text = end < 0 ? rest : rest.slice(0, end);
  if (isDriveLetter(text)) {
    appendPath(url, rest);
    return url;
  }
  setHost(url, text);
  return parsePath(url, end < 0 ? "" : rest.slice(end));
}

/** What stands between the slashes and the path, and the path. */
function parseAuthority(url: UrlRecord, rest: string): UrlRecord {
  const end = rest.search(isSpecial(url) ? /[/\\]/ : /\//);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const at = authority.lastIndexOf("@");
  if (at >= 0) {
    const [username, password] = cut(authority.slice(0, at), ":");
    url.username = percentEncode(username, SET.userinfo);
    url.password = percentEncode(password ?? "", SET.userinfo);
  }
  const text = authority.slice(at + 1);
  if (at >= 0 && text === "") throw new Malformed();
  const { host, port } = splitPort(text);
  if (host === "" && (isSpecial(url) || port !== null)) throw new Malformed();
  setHost(url, host);
  if (port !== null && port !== "") setPort(url, parsePort(port));
  return parsePath(url, end < 0 ? "" : rest.slice(end));
}

/** The colon of a port stands behind the bracket of an IPv6 address, if there is one. */
export function splitPort(text: string): { host: string; port: string | null } {
  const bracket = text.startsWith("[") ? text.indexOf("]") : 0;
  const colon = bracket < 0 ? -1 : text.indexOf(":", bracket);
  if (colon < 0) return { host: text, port: null };
  return { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(port <= PORT_MAX)) throw new Malformed();
  return port;
}

function setHost(url: UrlRecord, text: string): void {
  const host = text === "" ? "" : parseHost(text, !isSpecial(url));
  if (host === undefined) throw new Malformed();
  url.host = url.scheme === "file" && host === "localhost" ? "" : host;
}

/** The path start state. */
export function parsePath(url: UrlRecord, rest: string): UrlRecord {
  url.path = [];
  if (rest === "" && !isSpecial(url)) return url;
  const slash = isSpecial(url) ? /^[/\\]/ : /^\//;
  appendPath(url, rest.replace(slash, ""));
  return url;
}

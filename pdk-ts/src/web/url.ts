// oxlint-disable typescript/no-unnecessary-type-conversion -- JavaScript without types assigns numbers
import { percentEncode, SET } from "./percent.ts";
import { clean, setHostOf, setPathOf, setPortOf, setSchemeOf } from "./url-setters.ts";
import { parseUrl, setQuery } from "./url-parser.ts";
import {
  cannotHavePort,
  isSpecial,
  printHost,
  printPath,
  printUrl,
  type UrlRecord,
} from "./url-record.ts";
import { createLinkedParams, readParams, URLSearchParams } from "./url-search-params.ts";

export { URLSearchParams };

/** A URL and its parts (URL standard, section 6.1). */
export class URL {
  #record: UrlRecord;
  #params: URLSearchParams | undefined;

  constructor(url: string | URL, base?: string | URL) {
    const record = resolve(url, base);
    if (record === null) throw new TypeError(`Invalid URL: ${JSON.stringify(String(url))}`);
    this.#record = record;
  }

  static parse(url: string | URL, base?: string | URL): URL | null {
    const record = resolve(url, base);
    return record === null ? null : new URL(printUrl(record));
  }

  static canParse(url: string | URL, base?: string | URL): boolean {
    return resolve(url, base) !== null;
  }

  get href(): string {
    return printUrl(this.#record);
  }

  set href(value: string) {
    const record = parseUrl(String(value), null);
    if (record === null) throw new TypeError(`Invalid URL: ${JSON.stringify(String(value))}`);
    this.#record = record;
    this.#readParams();
  }

  /** Scheme, host and port; `null` as a text for schemes without one. */
  get origin(): string {
    const record = this.#record;
    if (record.scheme === "blob") {
      const inner = parseUrl(printPath(record), null);
      return inner !== null && /^https?$/.test(inner.scheme) ? originOf(inner) : "null";
    }
    return isSpecial(record) && record.scheme !== "file" ? originOf(record) : "null";
  }

  get protocol(): string {
    return `${this.#record.scheme}:`;
  }

  set protocol(value: string) {
    setSchemeOf(this.#record, String(value));
  }

  get username(): string {
    return this.#record.username;
  }

  set username(value: string) {
    if (cannotHavePort(this.#record)) return;
    this.#record.username = percentEncode(String(value), SET.userinfo);
  }

  get password(): string {
    return this.#record.password;
  }

  set password(value: string) {
    if (cannotHavePort(this.#record)) return;
    this.#record.password = percentEncode(String(value), SET.userinfo);
  }

  get host(): string {
    return printHost(this.#record);
  }

  set host(value: string) {
    setHostOf(this.#record, String(value), true);
  }

  get hostname(): string {
    return this.#record.host ?? "";
  }

  set hostname(value: string) {
    setHostOf(this.#record, String(value), false);
  }

  get port(): string {
    return this.#record.port === null ? "" : String(this.#record.port);
  }

  set port(value: string) {
    setPortOf(this.#record, String(value));
  }

  get pathname(): string {
    return printPath(this.#record);
  }

  set pathname(value: string) {
    setPathOf(this.#record, String(value));
  }

  get search(): string {
    const { query } = this.#record;
    return query === null || query === "" ? "" : `?${query}`;
  }

  set search(value: string) {
    const text = String(value);
    if (text === "") this.#record.query = null;
    else setQuery(this.#record, clean(text.replace(/^\?/, "")));
    this.#readParams();
  }

  get searchParams(): URLSearchParams {
    if (this.#params === undefined) {
      this.#params = createLinkedParams((query) => {
        this.#record.query = query === "" ? null : query;
      });
      this.#readParams();
    }
    return this.#params;
  }

  get hash(): string {
    const { fragment } = this.#record;
    return fragment === null || fragment === "" ? "" : `#${fragment}`;
  }

  set hash(value: string) {
    const text = clean(String(value).replace(/^#/, ""));
    this.#record.fragment = String(value) === "" ? null : percentEncode(text, SET.fragment);
  }

  toString(): string {
    return this.href;
  }

  toJSON(): string {
    return this.href;
  }

  get [Symbol.toStringTag](): string {
    return "URL";
  }

  #readParams(): void {
    if (this.#params !== undefined) readParams(this.#params, this.#record.query ?? "");
  }
}

function resolve(url: string | URL, base?: string | URL): UrlRecord | null {
  const parent = base === undefined ? null : parseUrl(String(base), null);
  if (base !== undefined && parent === null) return null;
  return parseUrl(String(url), parent);
}

function originOf(record: UrlRecord): string {
  return `${record.scheme}://${printHost(record)}`;
}

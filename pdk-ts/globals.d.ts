/**
 * What a plugin finds in the global object beside the JavaScript language itself. There is no DOM
 * and no Node: name this in `types` of a plugin's tsconfig and the editor knows.
 */

interface Console {
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
}

/** Writes to the host's log; `log` of `@backworks/pdk` does the same for one text. */
declare var console: Console;

/** Encodes UTF-8. */
declare class TextEncoder {
  readonly encoding: string;
  encode(text?: string): Uint8Array;
  /** Writes as many whole characters as there is room for. */
  encodeInto(text: string, to: Uint8Array): { read: number; written: number };
}

/** Decodes UTF-8, and nothing else. */
declare class TextDecoder {
  constructor(label?: "utf-8" | "utf8", options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(input?: ArrayBuffer | ArrayBufferView): string;
}

/** Runs a function before the hook ends. */
declare function queueMicrotask(callback: () => void): void;

/** Bytes as Latin-1 text, from and to Base64. */
declare function atob(base64: string): string;
declare function btoa(bytes: string): string;

/** Milliseconds since some moment, of the host's clock. */
declare var performance: { now(): number };

/** What functions of the web throw; `name` says what kind it is. */
declare class DOMException extends Error {
  constructor(message?: string, name?: string);
}

/** A deep copy: of data, cycles included. Functions throw. */
declare function structuredClone<T>(value: T): T;

/** A URL and its parts, as the URL standard has them. Full target only, as all below. */
declare class URL {
  constructor(url: string | URL, base?: string | URL);
  static parse(url: string | URL, base?: string | URL): URL | null;
  static canParse(url: string | URL, base?: string | URL): boolean;
  href: string;
  readonly origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  readonly searchParams: URLSearchParams;
  hash: string;
  toString(): string;
  toJSON(): string;
}

/** The names and values of a query. */
declare class URLSearchParams {
  constructor(
    init?: string | Iterable<readonly [string, string]> | Readonly<Record<string, string>>,
  );
  readonly size: number;
  append(name: string, value: string): void;
  delete(name: string, value?: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: string): boolean;
  set(name: string, value: string): void;
  sort(): void;
  forEach(callback: (value: string, name: string, params: URLSearchParams) => void): void;
  entries(): IterableIterator<[name: string, value: string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[name: string, value: string]>;
  toString(): string;
}

/** Of hashes: `SHA-1`, `SHA-256`, `SHA-384` and `SHA-512`. */
type AlgorithmIdentifier = string | { readonly name: string };
type KeyUsage = "sign" | "verify";

/** A key for HMAC, which does not show its bytes. */
declare class CryptoKey {
  private constructor();
  readonly type: "secret";
  readonly extractable: boolean;
  readonly algorithm: {
    readonly name: "HMAC";
    readonly hash: { readonly name: string };
    /** In bits. */
    readonly length: number;
  };
  readonly usages: readonly KeyUsage[];
}

interface SubtleCrypto {
  digest(algorithm: AlgorithmIdentifier, data: ArrayBuffer | ArrayBufferView): Promise<ArrayBuffer>;
  /** A key for HMAC from its bytes. */
  importKey(
    format: "raw",
    data: ArrayBuffer | ArrayBufferView,
    algorithm: { readonly name: "HMAC"; readonly hash: AlgorithmIdentifier },
    extractable: boolean,
    usages: readonly KeyUsage[],
  ): Promise<CryptoKey>;
  sign(
    algorithm: AlgorithmIdentifier,
    key: CryptoKey,
    data: ArrayBuffer | ArrayBufferView,
  ): Promise<ArrayBuffer>;
  /** In the same time for every signature of the right length, however much of it is right. */
  verify(
    algorithm: AlgorithmIdentifier,
    key: CryptoKey,
    signature: ArrayBuffer | ArrayBufferView,
    data: ArrayBuffer | ArrayBufferView,
  ): Promise<boolean>;
}

interface Crypto {
  readonly subtle: SubtleCrypto;
  /** Fills an array of integers with random bytes, at most 65536. */
  getRandomValues<T extends ArrayBufferView>(array: T): T;
  randomUUID(): string;
}

/** Random numbers that nobody can guess, hashes, and signatures by HMAC. */
declare var crypto: Crypto;

type HeadersInit = Headers | Iterable<readonly [string, string]> | Readonly<Record<string, string>>;
type BodyInit = string | ArrayBuffer | ArrayBufferView | URLSearchParams | null;

interface RequestInit {
  readonly method?: string;
  readonly headers?: HeadersInit;
  readonly body?: BodyInit;
}

interface ResponseInit {
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: HeadersInit;
}

/** Headers of a request or a response. */
declare class Headers {
  constructor(init?: HeadersInit);
  append(name: string, value: string): void;
  delete(name: string): void;
  get(name: string): string | null;
  getSetCookie(): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  forEach(callback: (value: string, name: string, headers: Headers) => void): void;
  entries(): IterableIterator<[name: string, value: string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[name: string, value: string]>;
}

/** A request for `fetch`. The request that a hook is given is `Request` of `@backworks/pdk`. */
declare class Request {
  constructor(input: string | URL | Request, init?: RequestInit);
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly bodyUsed: boolean;
  clone(): Request;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
  json<T = unknown>(): Promise<T>;
}

/** The answer to a `fetch`. */
declare class Response {
  constructor(body?: BodyInit, init?: ResponseInit);
  static json(value: unknown, init?: ResponseInit): Response;
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly url: string;
  readonly headers: Headers;
  readonly bodyUsed: boolean;
  clone(): Response;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
  json<T = unknown>(): Promise<T>;
}

/**
 * Sends a request by way of the host: needs `capabilities.http` in plugin.yaml. Rejects with a
 * `TypeError` whose cause is the `HostError` when there is no answer.
 */
declare function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;

/**
 * Whole and floating numbers of a size, which the `fast` target has. To `full`, and to the editor,
 * each is a number: write them where a source for both targets counts or indexes.
 */
type i32 = number;
type u32 = number;
type u8 = number;
type f64 = number;

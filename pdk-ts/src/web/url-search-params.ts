import { decodeForm, encodeForm } from "./percent.ts";

type Pair = [name: string, value: string];

/** What `new URLSearchParams` takes. */
export type SearchParamsInit =
  string | Iterable<readonly string[]> | Readonly<Record<string, string>> | undefined;

/** Makes the parameters of a URL, which is told when they change. */
export let createLinkedParams: (onChange: (query: string) => void) => URLSearchParams;
/** Follows a change of the URL. */
export let readParams: (params: URLSearchParams, query: string) => void;

/** The names and values of a query (URL standard, section 6.2). */
export class URLSearchParams {
  #pairs: Pair[] = [];
  #onChange: ((query: string) => void) | undefined;

  static {
    createLinkedParams = (onChange) => {
      const params = new URLSearchParams();
      params.#onChange = onChange;
      return params;
    };
    readParams = (params, query) => {
      params.#pairs = parsePairs(query);
    };
  }

  constructor(init?: SearchParamsInit) {
    this.#pairs = toPairs(init);
  }

  get size(): number {
    return this.#pairs.length;
  }

  append(name: string, value: string): void {
    this.#pairs.push([toText(name), toText(value)]);
    this.#changed();
  }

  delete(name: string, value?: string): void {
    this.#pairs = this.#pairs.filter((pair) => !matches(pair, name, value));
    this.#changed();
  }

  get(name: string): string | null {
    return this.#pairs.find((pair) => matches(pair, name))?.[1] ?? null;
  }

  getAll(name: string): string[] {
    return this.#pairs.filter((pair) => matches(pair, name)).map(([, value]) => value);
  }

  has(name: string, value?: string): boolean {
    return this.#pairs.some((pair) => matches(pair, name, value));
  }

  /** Replaces the first value and removes the others. */
  set(name: string, value: string): void {
    const first = this.#pairs.find((pair) => matches(pair, name));
    if (first === undefined) {
      this.append(name, value);
      return;
    }
    first[1] = toText(value);
    this.#pairs = this.#pairs.filter((pair) => pair === first || !matches(pair, name));
    this.#changed();
  }

  /** By name, in UTF-16 order; values of one name keep theirs. */
  sort(): void {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    this.#changed();
  }

  forEach(
    callback: (value: string, name: string, params: URLSearchParams) => void,
    self?: unknown,
  ): void {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }

  *entries(): Generator<Pair, undefined> {
    for (let i = 0; i < this.#pairs.length; i++) {
      const [name, value] = this.#pairs[i] ?? ["", ""];
      yield [name, value];
    }
  }

  *keys(): Generator<string, undefined> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): Generator<string, undefined> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<Pair, undefined> {
    return this.entries();
  }

  /** As a form is encoded: a space becomes a plus. */
  toString(): string {
    return this.#pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join("&");
  }

  get [Symbol.toStringTag](): string {
    return "URLSearchParams";
  }

  #changed(): void {
    this.#onChange?.(this.toString());
  }
}

function matches([name, value]: Pair, wanted: string, wantedValue?: string): boolean {
  return name === toText(wanted) && (wantedValue === undefined || value === toText(wantedValue));
}

function toPairs(init: SearchParamsInit): Pair[] {
  if (init === undefined) return [];
  if (typeof init !== "object" || init === null) return parsePairs(toText(init).replace(/^\?/, ""));
  if (!isIterable(init)) {
    return Object.entries(init).map(([name, value]) => [toText(name), toText(value)]);
  }
  return Array.from(init, (pair) => {
    const [name, value, ...more] = pair;
    if (name === undefined || value === undefined || more.length > 0) {
      throw new TypeError("each of the search parameters is a pair of name and value");
    }
    return [toText(name), toText(value)];
  });
}

function isIterable(value: object): value is Iterable<readonly string[]> {
  return Symbol.iterator in value;
}

function parsePairs(query: string): Pair[] {
  return query
    .split("&")
    .filter((text) => text !== "")
    .map((text) => {
      const equals = text.indexOf("=");
      if (equals < 0) return [decodeForm(text), ""];
      return [decodeForm(text.slice(0, equals)), decodeForm(text.slice(equals + 1))];
    });
}

function toText(value: string): string {
  // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- a number, in JavaScript
  return String(value).toWellFormed();
}

import { checkToken, fieldLine } from "../runtime/edit-lines.ts";

export type HeadersInit =
  Headers | Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

/** Headers of a request or a response (Fetch standard, section 5.1). */
export class Headers {
  readonly #values = new Map<string, string[]>();

  constructor(init: HeadersInit = {}) {
    const pairs = isIterable(init) ? init : Object.entries(init);
    for (const [name, value] of pairs) this.append(name, value);
  }

  append(name: string, value: string): void {
    const key = checkToken(name);
    this.#values.set(key, [...(this.#values.get(key) ?? []), checkValue(value)]);
  }

  set(name: string, value: string): void {
    this.#values.set(checkToken(name), [checkValue(value)]);
  }

  delete(name: string): void {
    this.#values.delete(checkToken(name));
  }

  /** All values, with commas between them; null when there is none. */
  get(name: string): string | null {
    return this.#values.get(checkToken(name))?.join(", ") ?? null;
  }

  getSetCookie(): string[] {
    return [...(this.#values.get("set-cookie") ?? [])];
  }

  has(name: string): boolean {
    return this.#values.has(checkToken(name));
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }

  /** By name; each cookie that is set is a pair of its own. */
  *entries(): Generator<[name: string, value: string], undefined> {
    for (const name of [...this.#values.keys()].toSorted()) {
      const values = this.#values.get(name) ?? [];
      if (name === "set-cookie") for (const value of values) yield [name, value];
      else yield [name, values.join(", ")];
    }
  }

  *keys(): Generator<string, undefined> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): Generator<string, undefined> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[name: string, value: string], undefined> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return "Headers";
  }
}

function isIterable(init: HeadersInit): init is Iterable<readonly [string, string]> {
  return Symbol.iterator in init;
}

/** Spaces around a value are none of it. Throws a `TypeError` for what no header can carry. */
function checkValue(value: string): string {
  // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- a number, in JavaScript
  const trimmed = String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
  fieldLine("x", trimmed);
  return trimmed;
}

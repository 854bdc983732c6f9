import { BodyError } from "./body-error.ts";

const NUMBER = /^-?\d{1,15}(?:\.\d{1,20})?$/;
/** A year of hourly values; no list of a weather body is longer. */
const ITEMS_MAX = 10_000;

/** A value in a JSON body that knows where it stands. `null` counts as absent, as both sources use it. */
export class JsonField {
  readonly #value: unknown;
  readonly pointer: string;

  constructor(value: unknown, pointer = "") {
    this.#value = value;
    this.pointer = pointer;
  }

  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  get isObject(): boolean {
    return isObject(this.#value);
  }

  /** The member `name`; absent when this is. */
  key(name: string): JsonField {
    const pointer = `${this.pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (this.isAbsent) return new JsonField(undefined, pointer);
    if (!isObject(this.#value)) throw this.unexpected("an object");
    const value = Object.hasOwn(this.#value, name) ? this.#value[name] : undefined;
    return new JsonField(value, pointer);
  }

  /** A number, also one that was sent as a string. */
  number(): number | undefined {
    if (this.isAbsent) return undefined;
    if (typeof this.#value === "number") return this.#value;
    if (typeof this.#value === "string" && NUMBER.test(this.#value)) return Number(this.#value);
    throw this.unexpected("a number");
  }

  text(): string | undefined {
    if (this.isAbsent) return undefined;
    if (typeof this.#value === "string") return this.#value;
    throw this.unexpected("a string");
  }

  /** A list; empty when absent. */
  list(): JsonField[] {
    if (this.isAbsent) return [];
    if (!Array.isArray(this.#value)) throw this.unexpected("a list");
    if (this.#value.length > ITEMS_MAX) throw this.unexpected(`at most ${ITEMS_MAX} items`);
    return this.#value.map((item, index) => new JsonField(item, `${this.pointer}/${index}`));
  }

  /** An error about this value; to be thrown. */
  unexpected(expected: string): BodyError {
    return new BodyError(this.pointer, expected, kindOf(this.#value));
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  return typeof value === "object" ? "an object" : JSON.stringify(value);
}

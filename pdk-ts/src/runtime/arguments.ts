/** Checks of what an author passes on to the host, where a mistake still is one of the author's. */

/** Text for the host: without lone surrogates, which have no UTF-8. */
export function checkText(what: string, value: string): string {
  if (typeof value === "string") return value.toWellFormed();
  throw new TypeError(`${what} is a string, not ${typeof value}`);
}

export function checkBytes(what: string, value: Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`${what} is a Uint8Array, not ${typeof value}`);
}

/** A number that is exact on both sides. */
export function checkWhole(what: string, value: number, min = 0): number {
  if (Number.isSafeInteger(value) && value >= min) return value;
  const bound = min === 0 ? " from 0 on" : "";
  throw new RangeError(`${what} is a whole number${bound}, not ${String(value)}`);
}

/** Makes a deep copy of one object of a kind, and remembers it before copying what it holds. */
type Copy = (value: object, remember: <T extends object>(copy: T) => T) => object;

const ERRORS = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error];

/**
 * A deep copy, cycles included (HTML standard, section 2.7): of what a structured clone can carry
 * there and this engine has. Nothing can be transferred.
 */
export function structuredClone<T>(value: T, options?: { transfer?: readonly unknown[] }): T {
  if ((options?.transfer ?? []).length > 0) {
    throw dataCloneError("nothing can be transferred: there is nowhere to transfer it to");
  }
  const copies = new Map<object, object>();
  const clone = (inner: unknown): unknown => {
    if (typeof inner === "symbol" || typeof inner === "function") throw notCloned(inner);
    if (typeof inner !== "object" || inner === null) return inner;
    const found = copies.get(inner);
    if (found !== undefined) return found;
    const copy = copyOf(inner, clone);
    return copy(inner, (made) => {
      copies.set(inner, made);
      return made;
    });
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy has the type of what it copies
  return clone(value) as T;
}

function copyOf(value: object, clone: (inner: unknown) => unknown): Copy {
  if (Array.isArray(value))
    return (_, remember) => copyOwn(value, remember([]), clone, value.length);
  if (value instanceof Map || value instanceof Set) return copyCollection(clone);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return copyBytes(clone);
  if (value instanceof Error) return copyError(clone);
  // oxlint-disable-next-line no-restricted-globals -- a date is data here, and no clock
  if (value instanceof Date) return (_, remember) => remember(new Date(value));
  if (value instanceof RegExp) {
    return (_, remember) => remember(new RegExp(value.source, value.flags));
  }
  if (isBoxed(value)) return (_, remember) => remember(Object(value.valueOf()));
  if (Object.prototype.toString.call(value) !== "[object Object]" || isUncloneable(value)) {
    throw notCloned(value);
  }
  return (_, remember) => copyOwn(value, remember({}), clone);
}

/** Own enumerable properties; those of arrays beside their elements too. */
function copyOwn(
  from: object,
  to: object,
  clone: (inner: unknown) => unknown,
  length?: number,
): object {
  if (length !== undefined) Reflect.set(to, "length", length);
  for (const key of Object.keys(from)) {
    const value = clone(Reflect.get(from, key));
    // Not an assignment: `__proto__` would be one to the prototype.
    Object.defineProperty(to, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return to;
}

function copyCollection(clone: (inner: unknown) => unknown): Copy {
  return (value, remember) => {
    if (value instanceof Map) {
      const copy = remember(new Map<unknown, unknown>());
      for (const [key, inner] of value) copy.set(clone(key), clone(inner));
      return copy;
    }
    const copy = remember(new Set<unknown>());
    if (value instanceof Set) for (const inner of value) copy.add(clone(inner));
    return copy;
  };
}

/** Two views of one buffer are two views of one copy. */
function copyBytes(clone: (inner: unknown) => unknown): Copy {
  return (value, remember) => {
    if (value instanceof ArrayBuffer) return remember(value.slice(0));
    if (!ArrayBuffer.isView(value)) throw notCloned(value);
    const buffer = clone(value.buffer);
    const { constructor } = Object.getPrototypeOf(value);
    const length = "length" in value ? value.length : value.byteLength;
    return remember(Reflect.construct(constructor, [buffer, value.byteOffset, length]));
  };
}

function copyError(clone: (inner: unknown) => unknown): Copy {
  return (value, remember) => {
    if (!(value instanceof Error)) throw notCloned(value);
    const type = ERRORS.find((each) => each.name === value.name) ?? Error;
    const copy = remember(new type(value.message));
    Object.defineProperty(copy, "stack", {
      value: value.stack,
      configurable: true,
      writable: true,
    });
    if ("cause" in value) {
      const cause = clone(value.cause);
      Object.defineProperty(copy, "cause", { value: cause, configurable: true, writable: true });
    }
    return copy;
  };
}

function isBoxed(value: object): boolean {
  return /^\[object (?:Boolean|Number|String)\]$/.test(Object.prototype.toString.call(value));
}

/** Their own tag may have been taken away. */
function isUncloneable(value: object): boolean {
  return [WeakMap, WeakSet, WeakRef, Promise].some((type) => value instanceof type);
}

function notCloned(value: unknown): Error {
  return dataCloneError(`${Object.prototype.toString.call(value)} could not be cloned`);
}

function dataCloneError(message: string): Error {
  return new DOMException(message, "DataCloneError");
}

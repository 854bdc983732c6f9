import fc from "fast-check";
import { expect, test } from "vitest";
import { structuredClone as copy } from "../../../pdk-ts/src/web/structured-clone.ts";

class Point {
  readonly x = 1;
  get y(): number {
    return 2;
  }
}

const cause = new RangeError("inner");

test.each([
  1,
  "a",
  null,
  undefined,
  10n,
  true,
  NaN,
  -0,
  Object.assign([], { length: 3, 1: 2 }),
  { a: { b: [] } },
  new Date(5),
  /a+/giu,
  new Map([[{ a: 1 }, new Set([1])]]),
  new Uint16Array([1, 2]),
  new DataView(new ArrayBuffer(4), 1, 2),
  new ArrayBuffer(3),
  new Error("e"),
  new TypeError("t", { cause }),
  Object(1),
  Object("a"),
  Object(false),
  new Point(),
  JSON.parse('{"__proto__":1}'),
  Object.assign([1], { extra: 2 }),
  Object.create({ inherited: 1 }),
  new BigInt64Array(2).subarray(1),
])("%s is copied as Node copies it", (value: unknown) => {
  const [mine, other] = [copy(value), structuredClone(value)];
  expect(mine).toStrictEqual(other);
  expect(Object.getPrototypeOf(Object(mine))).toBe(Object.getPrototypeOf(Object(other)));
  if (typeof value === "object" && value !== null) expect(mine).not.toBe(value);
  if (value instanceof Error) expect(copy(value).cause).toEqual(value.cause);
});

test("any value is copied as Node copies it", () => {
  const values = fc.anything({
    withMap: true,
    withSet: true,
    withDate: true,
    withTypedArray: true,
    withBigInt: true,
    withSparseArray: true,
  });
  fc.assert(
    fc.property(values, (value) => {
      expect(copy(value)).toStrictEqual(structuredClone(value));
    }),
  );
});

test("what is one object stays one, cycles and shared buffers too", () => {
  const shared = { n: 1 };
  const buffer = new ArrayBuffer(8);
  const value: Record<string, unknown> = {
    shared,
    again: shared,
    map: new Map([[shared, shared]]),
  };
  Object.assign(value, { self: value, views: [new Uint8Array(buffer), new Uint8Array(buffer, 4)] });
  const made = copy(value);
  expect(made["self"]).toBe(made);
  expect(made["shared"]).toBe(made["again"]);
  expect([...(made["map"] as Map<object, object>)][0]?.[0]).toBe(made["shared"]);
  const [first, second] = made["views"] as Uint8Array[];
  expect(first?.buffer).toBe(second?.buffer);
  expect(second?.byteOffset).toBe(4);
});

test.each([
  ["a function", () => () => 1],
  ["a symbol", () => Symbol("s")],
  ["a function within", () => ({ a: [() => 1] })],
  ["a WeakMap", () => new WeakMap()],
  ["a WeakRef", () => new WeakRef({})],
  ["a promise", () => Promise.resolve()],
])("%s cannot be copied", (_what, make) => {
  expect(() => copy<unknown>(make())).toThrow(expect.objectContaining({ name: "DataCloneError" }));
});

test("nothing can be transferred", () => {
  expect(() => copy(1, { transfer: [new ArrayBuffer(1)] })).toThrow("nothing can be transferred");
  expect(copy(1, { transfer: [] })).toBe(1);
});

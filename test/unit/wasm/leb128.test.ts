import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader } from "../../../host/src/wasm/binary/byte-reader.ts";
import { ByteWriter } from "../../../host/src/wasm/binary/byte-writer.ts";

function written(write: (writer: ByteWriter) => void): ByteReader {
  const writer = new ByteWriter(1);
  write(writer);
  return new ByteReader(writer.finish());
}

function reading(...bytes: number[]): ByteReader {
  return new ByteReader(Uint8Array.from(bytes));
}

describe("integers", () => {
  test("every unsigned integer reads back as it was written", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.bigInt(0n, 2n ** 64n - 1n),
        (a, b) => {
          const reader = written((writer) => {
            writer.u32(a);
            writer.u64(b);
          });
          expect([reader.u32(), reader.u64(), reader.left]).toEqual([a, b, 0]);
        },
      ),
    );
  });

  test("every signed integer reads back as it was written", () => {
    fc.assert(
      fc.property(fc.integer(), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (a, b) => {
        const reader = written((writer) => {
          writer.s32(a);
          writer.s64(b);
        });
        expect([reader.signed(32), reader.signed(64), reader.left]).toEqual([BigInt(a), b, 0]);
      }),
    );
  });

  test("padding within the width is allowed", () => {
    expect(reading(0x83, 0x80, 0x80, 0x80, 0x00).u32()).toBe(3);
    expect(reading(0xff, 0xff, 0xff, 0xff, 0x7f).signed(32)).toBe(-1n);
    expect(reading(0xff, 0xff, 0xff, 0xff, 0x0f).u32()).toBe(0xffff_ffff);
  });

  test.each<[string, (reader: ByteReader) => unknown, number[]]>([
    ["u32 with a sixth byte", (r) => r.u32(), [0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
    ["u32 with a 33rd bit", (r) => r.u32(), [0x80, 0x80, 0x80, 0x80, 0x10]],
    ["u64 with a 65th bit", (r) => r.u64(), [...Array<number>(9).fill(0x80), 0x02]],
    ["s32 with a sixth byte", (r) => r.signed(32), [0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
    ["s32 above its range", (r) => r.signed(32), [0xff, 0xff, 0xff, 0xff, 0x0f]],
    ["s33 above its range", (r) => r.signed(33), [0xff, 0xff, 0xff, 0xff, 0x1f]],
    ["s64 above its range", (r) => r.signed(64), [...Array<number>(9).fill(0xff), 0x01]],
    ["a byte behind the end", (r) => r.u8(), []],
    ["an integer cut off", (r) => r.u32(), [0x80]],
  ])("%s is malformed", (_, read, bytes) => {
    expect(() => read(reading(...bytes))).toThrow(
      expect.objectContaining({ code: "plugin_malformed" }),
    );
  });
});

describe("names", () => {
  test("any text reads back, byte order marks included", () => {
    const text = fc.string({ unit: "binary" }).map((value) => `\uFEFF${value}`);
    fc.assert(
      fc.property(text, (name) => {
        expect(written((writer) => writer.name(name)).name()).toBe(name);
      }),
    );
  });

  test("a name that is not UTF-8 is malformed at its offset", () => {
    expect(() => reading(0x02, 0xc3, 0x28).name()).toThrow(
      expect.objectContaining({ code: "plugin_malformed", details: { offset: 0 } }),
    );
  });
});

describe("vectors", () => {
  test("a count above the bytes left is refused before anything is read", () => {
    let reads = 0;
    const reader = reading(0xff, 0xff, 0xff, 0xff, 0x0f, 0x00);
    expect(() => reader.list(() => reads++)).toThrow(
      "4294967295 items are announced, 1 bytes are left",
    );
    expect(reads).toBe(0);
  });

  test("a reader never leaves its range", () => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3, 4), 1, 3);
    expect([reader.u8(), reader.u8(), reader.peek()]).toEqual([2, 3, undefined]);
    expect(() => reader.u8()).toThrow("at byte 3");
    expect(() => new ByteReader(Uint8Array.of(1, 2, 3, 4), 1, 3).take(3)).toThrow("2 are left");
  });
});

test("a sized part is measured after it was written", () => {
  const reader = written((writer) => {
    const mark = writer.openSized();
    for (let index = 0; index < 300; index++) writer.u8(index & 0xff);
    writer.closeSized(mark);
  });
  expect([reader.u32(), reader.left]).toEqual([300, 300]);
});

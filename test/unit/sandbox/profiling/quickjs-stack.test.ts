import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readStack } from "../../../../host/src/sandbox/profiling/quickjs-stack.ts";
import { ADDRESSES, AT, oneFrame, PLACE, setFrame } from "./one-frame.ts";

describe("the stack of QuickJS", () => {
  test.each([
    ["without a table of lines", [], 10],
    // (position + lines + 1) packed into a byte, then the columns.
    ["in front of the first step", [1 + 5 * 6 + 3, 0], 10],
    ["behind a step of two lines", [1 + 5 * 2 + 3, 0], 12],
    ["behind a step back", [1 + 5 * 2 + 0, 0], 9],
    ["behind a long step", [0, 5, 200, 1, 4, 0, 200, 1, 2, 0], 110],
    ["in a table that breaks off", [0, 0x80], 10],
    ["in a table of endless numbers", [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 10],
  ])("names the line %s", (_, table, line) => {
    const { memory } = oneFrame(table);
    expect(readStack(memory, ADDRESSES)).toEqual([{ name: "parseTaf", place: PLACE, line }]);
  });

  test.each([
    ["in front of the code", AT.code],
    ["behind the code", AT.code + 21],
    ["nowhere", 0],
    ["beyond the memory", 0xffff_fff0],
  ])("has no line when the counter is %s", (_, counter) => {
    const { memory, set } = oneFrame();
    set(AT.frame + 28, counter);
    expect(readStack(memory, ADDRESSES)).toEqual([
      { name: "parseTaf", place: PLACE, line: undefined },
    ]);
  });

  test("has no line when the table is too long to go through", () => {
    const { memory, set } = oneFrame([1 + 5 * 2 + 3, 0]);
    set(AT.bytecode + 72, 16_385);
    expect(readStack(memory, ADDRESSES)).toMatchObject([{ line: undefined }]);
  });

  test("is read from the inside out, without what is no function", () => {
    const fixture = oneFrame();
    setFrame(fixture, 4000, AT.frame);
    fixture.set(5000, 4000, 0, 0xffff_ffff, 0xffff_ffff);
    fixture.set(6000, 5000, 0, 7, 3);
    fixture.set(AT.cell, 6000);
    expect(readStack(fixture.memory, ADDRESSES).map(({ name }) => name)).toEqual([
      "parseTaf",
      "parseTaf",
    ]);
  });

  test("ends, also where frames go in a circle", () => {
    const { memory, set } = oneFrame();
    set(AT.frame, AT.frame);
    expect(readStack(memory, ADDRESSES)).toHaveLength(32);
  });

  test.each([
    ["nothing runs", { context: AT.context, frame: 8 }],
    ["the cell lies outside", { context: AT.context, frame: 65_534 }],
    ["the cell lies at the end of all addresses", { context: AT.context, frame: 0xffff_ffff }],
    ["the context is another", { context: AT.context + 4, frame: AT.cell }],
  ])("is empty when %s", (_, addresses) => {
    expect(readStack(oneFrame().memory, addresses)).toEqual([]);
  });

  test("is bounded, whatever a guest has written", () => {
    const word = fc.oneof(fc.nat(8192), fc.integer({ min: -100, max: -1 }), fc.integer());
    const { memory, set } = oneFrame([1 + 5 * 2 + 3, 0]);
    const bytes = new Uint8Array(memory.buffer);
    const honest = bytes.slice();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2047), word), { maxLength: 20 }),
        fc.constantFrom(...Object.values(AT)),
        word,
        (changes, at, offset) => {
          bytes.set(honest);
          for (const [index, value] of changes) set(index * 2, value >>> 0);
          set(at, offset >>> 0);
          for (const { name, place } of readStack(memory, ADDRESSES)) {
            expect(name.length).toBeLessThanOrEqual(200);
            expect(place.file.length).toBeLessThanOrEqual(200);
          }
        },
      ),
    );
  });
});

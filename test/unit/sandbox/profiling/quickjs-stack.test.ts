import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readStack } from "../../../../host/src/sandbox/profiling/quickjs-stack.ts";

/** Where the fixture puts things; the fields are those of QuickJS-NG 0.17 on wasm32. */
const AT = {
  cell: 64,
  context: 128,
  runtime: 512,
  atoms: 1600,
  name: 1700,
  file: 1800,
  object: 2000,
  bytecode: 2100,
  code: 2300,
  table: 2400,
  frame: 3000,
} as const;
const NAME = 1;
const FILE = 2;

interface Fixture {
  readonly memory: WebAssembly.Memory;
  readonly set: (address: number, ...values: number[]) => void;
}

/** A memory in which one function, of line 10, is in the 6th byte of its code. */
function oneFrame(table: readonly number[] = []): Fixture {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const view = new DataView(memory.buffer);
  const set: Fixture["set"] = (address, ...values) =>
    values.forEach((value, i) => view.setUint32(address + i * 4, value, true));
  const setText = (address: number, text: string): void => {
    set(address, text.length);
    new Uint8Array(memory.buffer).set(Buffer.from(text), address + 24);
  };
  set(AT.cell, AT.frame);
  set(AT.context + 8, AT.runtime);
  set(AT.runtime + 556, 3);
  set(AT.runtime + 568, AT.atoms);
  set(AT.atoms, 0, AT.name, AT.file);
  setText(AT.name, "parseTaf");
  setText(AT.file, "plugin.js");
  set(AT.object + 24, AT.bytecode);
  set(AT.bytecode + 12, AT.code, 20, NAME);
  set(AT.bytecode + 48, AT.context);
  set(AT.bytecode + 56, FILE, 10, 1);
  set(AT.bytecode + 72, table.length, AT.table);
  new Uint8Array(memory.buffer).set(table, AT.table);
  setFrame({ set, memory }, AT.frame, 0);
  return { memory, set };
}

function setFrame({ set }: Fixture, frame: number, caller: number): void {
  set(frame, caller, 0, AT.object, 0xffff_ffff);
  set(frame + 28, AT.code + 6);
}

const ADDRESSES = { context: AT.context, frame: AT.cell };
const PLACE = { file: "plugin.js", line: 10, column: 1 };

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

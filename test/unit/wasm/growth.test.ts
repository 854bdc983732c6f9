import { describe, expect, test } from "vitest";
import { SLOT_BYTES } from "../../../host/src/wasm/meter/growth.ts";
import { MEMORY_EXPORT, ROOM_EXPORT } from "../../../host/src/wasm/reserved.ts";
import { FUELLED, Metered } from "../../support/metered.ts";

const PAGE = 65_536;

const GROWS = `(module
  (memory 1)
  (table $funcs 2 funcref)
  (table $externs 0 externref)
  (func (export "memory") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "funcs") (param i32) (result i32)
    (table.grow $funcs (ref.null func) (local.get 0)))
  (func (export "externs") (param i32) (result i32)
    (table.grow $externs (ref.null extern) (local.get 0))))`;

function roomOf(metered: Metered): WebAssembly.Global<bigint> {
  const room = metered.exports[ROOM_EXPORT];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rewriter's own
  if (room instanceof WebAssembly.Global) return room as WebAssembly.Global<bigint>;
  throw new TypeError("the module has no room");
}

describe.each(["bounded", "exact"] as const)("growing (%s)", (accounting) => {
  const create = (bytes: number): Metered => {
    const metered = new Metered(GROWS, { ...FUELLED, accounting });
    roomOf(metered).value = BigInt(bytes);
    return metered;
  };

  test("memories and tables share their room, to the last byte", () => {
    const metered = create(3 * PAGE + 5 * SLOT_BYTES);
    expect(metered.call("memory", 4)).toBe(-1);
    expect(metered.call("memory", 2)).toBe(1);
    expect(metered.call("funcs", 6 + Math.ceil(PAGE / SLOT_BYTES))).toBe(-1);
    expect(metered.call("funcs", 2)).toBe(2);
    expect(metered.call("externs", 3)).toBe(0);
    expect(metered.call("externs", 0)).toBe(3);
    expect(metered.call("memory", 1)).toBe(3);
    expect(roomOf(metered).value).toBe(0n);
    expect(["memory", "funcs", "externs"].map((name) => metered.call(name, 1))).toEqual([
      -1, -1, -1,
    ]);
  });

  test("that fails takes no room and no fuel", () => {
    const metered = create(PAGE);
    expect(metered.spend("memory", -1)).toBe(metered.spend("memory", 2));
    expect(metered.call("memory", 0x7fff_ffff)).toBe(-1);
    expect(roomOf(metered).value).toBe(BigInt(PAGE));
  });

  test("knows no other bound than its maximum until the host sets one", () => {
    const metered = new Metered(GROWS, { ...FUELLED, accounting });
    expect(metered.call("memory", 255)).toBe(1);
    expect(metered.call("memory", 1)).toBe(-1);
    expect(metered.call("externs", 100_000)).toBe(0);
  });
});

test("a memory that the module does not show is shown to the host", () => {
  const { exports } = new Metered("(module (memory 3))");
  const memory = exports[MEMORY_EXPORT];
  expect(memory instanceof WebAssembly.Memory && memory.buffer.byteLength).toBe(3 * PAGE);
  expect(new Metered("(module)").exports[MEMORY_EXPORT]).toBeUndefined();
});

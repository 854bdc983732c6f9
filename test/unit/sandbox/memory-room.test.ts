import { expect, test } from "vitest";
import { AROUND_BYTES, MemoryRoom } from "../../../host/src/sandbox/memory-room.ts";

const PAGE = 65_536;

function createRoom(pagesMax: number, taken: number) {
  const left = new WebAssembly.Global<bigint>({ value: "i64", mutable: true }, 0n);
  return { left, room: new MemoryRoom(left, pagesMax, taken) };
}

test("a guest has its cap and a little around it, less what it begins with", () => {
  const { left, room } = createRoom(2, PAGE);
  expect(left.value).toBe(BigInt(PAGE + AROUND_BYTES));
  expect(room.take(PAGE)).toBe(true);
  expect(room.take(AROUND_BYTES + 1)).toBe(false);
  expect(room.take(AROUND_BYTES)).toBe(true);
  expect(left.value).toBe(0n);
  room.give(10);
  expect(left.value).toBe(10n);
});

test("one that begins with more than it may have has nothing left, and not everything", () => {
  const { left, room } = createRoom(1, 100 * PAGE);
  expect(left.value).toBe(0n);
  expect(room.take(1)).toBe(false);
});

test("what the guest takes by itself is counted, too", () => {
  const { left, room } = createRoom(1, PAGE);
  left.value = 5n;
  expect(room.take(6)).toBe(false);
  expect(room.take(5)).toBe(true);
});

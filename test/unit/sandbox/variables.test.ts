import { expect, test } from "vitest";
import { Variables } from "../../../host/src/sandbox/variables.ts";

test("a value replaced counts once, and what is too much is not set", () => {
  const variables = new Variables(10);
  variables.set("k", new Uint8Array(9));
  variables.set("k", Uint8Array.of(1, 2, 3));
  variables.set("l", new Uint8Array(5));
  expect(() => {
    variables.set("k", new Uint8Array(4));
  }).toThrow("var_set takes more than 10 bytes or 1000 variables");
  expect(variables.get("k")).toEqual(Uint8Array.of(1, 2, 3));
});

test("there are a thousand at most, and one more in place of a deleted one", () => {
  const variables = new Variables(1_000_000);
  for (let index = 0; index < 1000; index++) variables.set(`k${index}`, new Uint8Array(1));
  variables.set("k7", new Uint8Array(2));
  expect(() => {
    variables.set("more", new Uint8Array(1));
  }).toThrow("1000 variables");
  variables.delete("k0");
  variables.set("more", new Uint8Array(1));
  expect(variables.get("more")).toHaveLength(1);
});

test("they take of what their guest has left, and give it back when the call ends", () => {
  let left = 10;
  const room = {
    take: (bytes: number) => bytes <= left && ((left -= bytes), true),
    give: (bytes: number) => void (left += bytes),
  };
  const variables = new Variables(1000);
  variables.useRoom(room);
  variables.set("i", new Uint8Array(3));
  variables.keep();
  expect(left).toBe(6);
  variables.set("k", new Uint8Array(5));
  expect(left).toBe(0);
  expect(() => variables.set("k", new Uint8Array(6))).toThrow("left of the plugin's memory");
  variables.set("k", new Uint8Array(1));
  expect(left).toBe(4);
  // What every call finds keeps its place, whatever this one makes of it.
  variables.delete("i");
  variables.set("k", new Uint8Array(0));
  expect(left).toBe(6);
  variables.endCall();
  expect(left).toBe(6);
  expect(variables.get("i")).toHaveLength(3);
});

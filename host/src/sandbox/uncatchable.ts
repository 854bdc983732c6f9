import { Buffer } from "node:buffer";
import { assert } from "../lib/assert.ts";

/** (module (func $backworks.out_of_fuel (export "trap") unreachable)): trap.ts knows it by that name. */
const HELPER: Buffer = Buffer.from(
  "AGFzbQEAAAABBAFgAAADAgEABwgBBHRyYXAAAAoFAQMAAAsAJARuYW1lARgBABViYWNrd29ya3Mub3V0X29mX2Z1ZWwCAwEAAA==",
  "base64",
);

let trap: unknown;

/** Ends a guest's call from within a host function: what JavaScript throws a guest could catch. */
export function trapGuest(): never {
  trap ??= new WebAssembly.Instance(new WebAssembly.Module(HELPER)).exports["trap"];
  assert(typeof trap === "function", "the helper exports trap");
  trap();
  throw new Error("a trap does not return");
}

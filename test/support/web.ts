import { FakeNative } from "./native.ts";

/** Lets modules of the PDK be imported into Node: to be called before the first of them is. */
export function offerNative(): FakeNative {
  const native = new FakeNative();
  const sourceLines = { sources: [], lines: [] };
  Reflect.set(globalThis, "__backworks", { native: native.call, sourceLines });
  return native;
}

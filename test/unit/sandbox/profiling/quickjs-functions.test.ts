import fc from "fast-check";
import { expect, test } from "vitest";
import { QuickJsFunctions } from "../../../../host/src/sandbox/profiling/quickjs-functions.ts";

test("memory that is none of QuickJS's names no function and is not left", () => {
  const address = fc.oneof(fc.nat(65_600), fc.integer({ min: -100, max: -1 }), fc.integer());
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 256, maxLength: 512 }),
      fc.record({ context: address, address, tag: fc.constantFrom(-1, 0) }),
      (bytes, callee) => {
        const memory = new WebAssembly.Memory({ initial: 1 });
        const view = new Uint8Array(memory.buffer);
        for (let at = 0; at < view.length; at += bytes.length) {
          view.set(bytes.subarray(0, view.length - at), at);
        }
        const found = new QuickJsFunctions(memory).read(callee);
        // Whatever a guest puts there, a name is short.
        expect(found?.name.length ?? 0).toBeLessThanOrEqual(200);
      },
    ),
  );
});

test("memory that has grown is read where it is now", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const functions = new QuickJsFunctions(memory);
  memory.grow(1);

  expect(functions.read({ context: 8, address: 70_000, tag: -1 })).toBeUndefined();
});

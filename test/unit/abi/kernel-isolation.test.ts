import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { Kernel } from "../../../host/src/abi/kernel.ts";

const ANY_LENGTH = Number.MAX_SAFE_INTEGER;
const BASE = 64n;
const INPUT = 80n;
const SECRET = "SECRET";

let kernel: Kernel;
beforeEach(() => {
  kernel = new Kernel();
  kernel.begin("input", undefined, ANY_LENGTH);
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const output = (): string => kernel.readOutput(text);

/** All bytes a guest can load, one by one until the kernel stops it. */
function reachable(): string {
  let found = "";
  for (let address = BASE; ; address++) {
    try {
      found += String.fromCharCode(kernel.functions.load_u8(address));
    } catch {
      return found;
    }
  }
}

/** What a call throws, if it does. */
function attempt(
  call: (first: bigint, second: bigint) => unknown,
  first: bigint,
  second: bigint,
): unknown {
  try {
    call(first, second);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("the next call", () => {
  test("sees no output, no error and no fault of the one before", () => {
    const { output_set, error_set, load_u8 } = kernel.functions;
    output_set(INPUT, 5n);
    error_set(INPUT);
    expect(() => load_u8(0n)).toThrow(WebAssembly.RuntimeError);
    kernel.begin("", undefined, ANY_LENGTH);
    expect([output(), kernel.error(100), kernel.fault()]).toEqual(["", undefined, undefined]);
  });

  test("reaches no byte of it, not in the padding of a shorter input either", () => {
    for (let length = 0; length < 40; length++) {
      kernel.begin(SECRET.repeat(50), Buffer.from(SECRET.repeat(50)), ANY_LENGTH);
      kernel.store(Buffer.from(SECRET.repeat(100)));
      kernel.begin("i".repeat(length), undefined, ANY_LENGTH);
      kernel.functions.free(kernel.functions.alloc(300n));
      kernel.functions.alloc(1000n);
      expect(reachable()).not.toMatch(/[SECRT]{2}/);
    }
  });

  test("gets its memory zeroed where the host's own write of the head was longer than the input", () => {
    kernel.begin(SECRET.repeat(10), undefined, ANY_LENGTH);
    expect(kernel.begin(SECRET.repeat(1000), undefined, 10)).toBe(false);
    kernel.begin("", undefined, ANY_LENGTH);
    kernel.functions.alloc(10_000n);
    expect(reachable()).not.toContain("SEC");
  });
});

test("nothing a guest does with addresses breaks the kernel", () => {
  const address = fc.oneof(
    fc.bigInt({ min: 0n, max: 400n }),
    fc.bigInt({ min: 2n ** 64n - 20n, max: 2n ** 64n - 1n }),
    fc.constantFrom(2n ** 31n, 2n ** 32n, 2n ** 32n + 96n),
  );
  const word = fc.oneof(
    address,
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constant(0x4c49_5645_0000_0008n),
  );
  const action = fc.tuple(
    fc.constantFrom("alloc", "free", "store_u64", "output_set", "error_set", "length"),
    address,
    word,
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      const victim = new Kernel(100_000);
      victim.begin("12345", undefined, ANY_LENGTH);
      for (const [name, first, second] of actions) {
        const thrown = attempt(victim.functions[name], first, second);
        const isFault = thrown instanceof WebAssembly.RuntimeError && victim.fault() !== undefined;
        expect(thrown === undefined || isFault).toBe(true);
        if (isFault) break;
      }
      expect(victim.readOutput((bytes) => bytes.length)).toBe(victim.outputLength);
      expect((victim.error(100) ?? "").length).toBeLessThanOrEqual(100);
      victim.begin("fresh", undefined, ANY_LENGTH);
      expect(victim.functions.input_length()).toBe(5n);
      expect(victim.readOutput(text)).toBe("");
      expect(victim.functions.load_u64(victim.functions.alloc(8n))).toBe(0n);
    }),
    { numRuns: 500 },
  );
});

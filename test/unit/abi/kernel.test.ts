import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { KERNEL_BASE64 } from "../../../host/src/abi/kernel-bytes.ts";
import { Kernel, KERNEL_BYTES_MAX } from "../../../host/src/abi/kernel.ts";
import { wat } from "../../support/wat.ts";

const ANY_LENGTH = Number.MAX_SAFE_INTEGER;
const INPUT = 80n;

let kernel: Kernel;
beforeEach(() => {
  kernel = new Kernel();
  kernel.begin("input", undefined, ANY_LENGTH);
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const output = (): string => kernel.readOutput(text);

test("the embedded bytes are kernel.wat, compiled", async () => {
  const source = new URL("../../../host/src/abi/kernel.wat", import.meta.url);
  const compiled = wat(await readFile(source, "utf8"));
  expect(Buffer.from(compiled).toString("base64")).toBe(KERNEL_BASE64);
});

test("the kernel grows by what it is given, and no further", () => {
  const asked: number[] = [];
  let left = 3 * 65_536;
  kernel.growBy((bytes) => {
    asked.push(bytes);
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
  const before = kernel.memoryBytes;
  expect(kernel.functions.alloc(100n)).not.toBe(0n);
  expect(asked).toEqual([]);
  expect(kernel.functions.alloc(BigInt(before))).not.toBe(0n);
  expect(kernel.functions.alloc(BigInt(before))).toBe(0n);
  expect(kernel.begin("x", new Uint8Array(before * 2), ANY_LENGTH)).toBe(false);
  expect(kernel.memoryBytes).toBe(before + (asked[0] ?? 0));
});

describe("input", () => {
  test("is the head in UTF-8 and the body behind it", () => {
    kernel.begin("héad\n", Uint8Array.of(0, 255, 128), ANY_LENGTH);
    const { input_length, input_load_u8, input_offset, length } = kernel.functions;
    const bytes = Array.from({ length: Number(input_length()) }, (_, at) =>
      input_load_u8(BigInt(at)),
    );
    expect(bytes).toEqual([...Buffer.from("héad\n"), 0, 255, 128]);
    expect(length(input_offset())).toBe(9n);
  });

  test("loads eight bytes up to its very end", () => {
    kernel.begin("12345678", undefined, ANY_LENGTH);
    expect(kernel.functions.input_load_u64(0n)).toBe(0x3837363534333231n);
  });

  test.each([
    [0n, "input_load_u64"],
    [5n, "input_load_u8"],
    [2n ** 64n - 1n, "input_load_u8"],
    [2n ** 64n - 8n, "input_load_u64"],
  ] as const)("stops a load at %d by %s", (offset, name) => {
    expect(() => kernel.functions[name](offset)).toThrow(WebAssembly.RuntimeError);
    expect(kernel.fault()).toBe("load beyond the end of the input");
  });

  test("longer than allowed is refused before anything is written", () => {
    expect(kernel.begin("äöü", undefined, 6)).toBe(true);
    expect(kernel.begin("äöü", Uint8Array.of(1), 6)).toBe(false);
    expect(kernel.begin("a".repeat(KERNEL_BYTES_MAX), undefined, ANY_LENGTH)).toBe(false);
  });

  test("grows the memory, and the guest sees all of it", () => {
    const body = new Uint8Array(1_000_000).fill(7);
    expect(kernel.begin("x", body, ANY_LENGTH)).toBe(true);
    expect(kernel.functions.input_load_u8(1_000_000n)).toBe(7);
    expect(kernel.memoryBytes).toBeGreaterThan(1_000_000);
  });
});

describe("blocks", () => {
  test("are zeroed, aligned to eight bytes and know their length", () => {
    const { alloc, length, length_unsafe, load_u8 } = kernel.functions;
    for (const size of [1n, 7n, 8n, 9n, 1000n]) {
      const block = alloc(size);
      expect(block % 8n).toBe(0n);
      expect([length(block), length_unsafe(block)]).toEqual([size, size]);
      for (let at = 0n; at < size; at++) expect(load_u8(block + at)).toBe(0);
    }
  });

  test("of no bytes are blocks too", () => {
    const { alloc, length, error_set, error_get } = kernel.functions;
    const block = alloc(0n);
    expect(block).not.toBe(0n);
    expect(length(block)).toBe(0n);
    error_set(block);
    expect(error_get()).toBe(block);
  });

  test.each([0n, 1n, 64n, 79n, 81n, 88n, 1000n, 2n ** 32n + 80n, 2n ** 64n - 8n])(
    "at %d there is none",
    (address) => {
      expect(kernel.functions.length(address)).toBe(0n);
      expect(() => {
        kernel.functions.free(address);
      }).not.toThrow();
    },
  );

  test("given back in any order leave the heap as it was", () => {
    const { alloc, free } = kernel.functions;
    const first = alloc(10n);
    const blocks = [alloc(20n), alloc(30n), alloc(40n)];
    for (const block of [first, blocks[1], blocks[0], blocks[2]]) free(block ?? 0n);
    expect(alloc(10n)).toBe(first);
  });

  test("given back twice, and the input given back, change nothing", () => {
    const { alloc, free, length } = kernel.functions;
    const block = alloc(8n);
    alloc(8n);
    free(block);
    free(block);
    free(INPUT);
    expect(length(block)).toBe(0n);
    expect(length(INPUT)).toBe(5n);
  });

  test("end where the kernel's memory ends: alloc answers 0", () => {
    const small = new Kernel(1024);
    expect(small.functions.alloc(2000n)).toBe(0n);
    expect(small.functions.alloc(2n ** 64n - 1n)).toBe(0n);
    expect(small.functions.alloc(2n ** 32n)).toBe(0n);
    expect(small.store(new Uint8Array(2000))).toBe(0n);
    while (small.functions.alloc(1n) !== 0n);
    expect(small.functions.alloc(0n)).toBe(0n);
    expect(small.memoryBytes).toBe(4 * 65_536);
    small.begin("", undefined, ANY_LENGTH);
    expect(small.functions.alloc(900n)).not.toBe(0n);
  });

  test("never take more than the kernel's own maximum", () => {
    const greedy = new Kernel(Number.MAX_SAFE_INTEGER);
    while (greedy.functions.alloc(1_000_000n) !== 0n);
    expect(greedy.memoryBytes).toBeLessThanOrEqual(KERNEL_BYTES_MAX);
  });

  test("cost the call fuel by their bytes, those that are freed too, and end it when there is none", () => {
    const { alloc, free } = kernel.functions;
    kernel.begin("", undefined, ANY_LENGTH, 1000);
    for (let round = 0; round < 7; round++) free(alloc(1000n));
    expect(kernel.usedFuel).toBe((7 * 1016) / 8);
    expect(kernel.isOutOfFuel).toBe(false);
    expect(() => alloc(1000n)).toThrow(WebAssembly.RuntimeError);
    expect(kernel.isOutOfFuel).toBe(true);
    expect(kernel.fault()).toBe("alloc of more bytes than the fuel of the call is worth");
    kernel.begin("", undefined, ANY_LENGTH, 1000);
    expect(kernel.usedFuel).toBe(0);
    expect(alloc(1000n)).not.toBe(0n);
  });

  test("with overwritten headers are none, and free notices a broken chain", () => {
    const { alloc, free, length, store_u64 } = kernel.functions;
    const block = alloc(8n);
    store_u64(block - 16n, 0x4c49_5645_7fff_ffffn);
    expect(length(block)).toBe(0n);
    store_u64(block - 16n, 0x4c49_5645_0000_0008n);
    expect(length(block)).toBe(8n);
    store_u64(block - 8n, 0xffff_fff0n);
    expect(() => {
      free(block);
    }).toThrow(WebAssembly.RuntimeError);
    expect(kernel.fault()).toBe("free in a heap whose headers were overwritten");
  });
});

describe("loads and stores", () => {
  test.each([
    ["below the heap", 63n],
    ["in the state words", 0n],
    ["behind the top", 88n],
    ["across the top", 81n],
    ["that wrap", 2n ** 64n - 4n],
    ["that wrap after the cut to 32 bits", 2n ** 32n + 80n],
  ])("%s stop the guest", (_, address) => {
    const { load_u64, store_u64 } = kernel.functions;
    expect(() => load_u64(address)).toThrow(WebAssembly.RuntimeError);
    expect(kernel.fault()).toBe("load outside of live kernel memory");
    kernel.begin("input", undefined, ANY_LENGTH);
    expect(kernel.fault()).toBeUndefined();
    expect(() => {
      store_u64(address, 1n);
    }).toThrow(WebAssembly.RuntimeError);
    expect(kernel.fault()).toBe("store outside of live kernel memory");
  });

  test("of single bytes are checked as well", () => {
    const { load_u8, store_u8 } = kernel.functions;
    expect(() => load_u8(88n)).toThrow(WebAssembly.RuntimeError);
    expect(() => {
      store_u8(88n, 1);
    }).toThrow(WebAssembly.RuntimeError);
  });
});

describe("output and error", () => {
  test("the output is any range of live memory, the input itself too", () => {
    const { output_set, input_offset } = kernel.functions;
    output_set(input_offset() + 1n, 3n);
    expect(output()).toBe("npu");
    output_set(0n, 0n);
    expect(output()).toBe("");
  });

  test.each([
    ["a length that wraps", INPUT, 2n ** 64n - 8n],
    ["a length beyond the top", INPUT, 9n],
    ["an address beyond the top", 1000n, 1n],
    ["an address below the heap", 8n, 8n],
    ["an address that wraps", 2n ** 64n - 8n, 16n],
    ["an address that fits after a cut to 32 bits", 2n ** 32n + 80n, 1n],
  ])("an output of %s stops the guest", (_, address, length) => {
    expect(() => {
      kernel.functions.output_set(address, length);
    }).toThrow(WebAssembly.RuntimeError);
    expect(kernel.fault()).toBe("output_set with a range outside of live kernel memory");
  });

  test("an error is a block's text, cut after so many bytes, and can be taken back", () => {
    const { error_set, error_get } = kernel.functions;
    expect(kernel.error(100)).toBeUndefined();
    error_set(kernel.store(Buffer.from("no luck")));
    expect(kernel.error(100)).toBe("no luck");
    expect(kernel.error(2)).toBe("no");
    error_set(0n);
    expect(error_get()).toBe(0n);
    expect(kernel.error(100)).toBeUndefined();
  });

  test("an error at no block stops the guest", () => {
    expect(() => {
      kernel.functions.error_set(88n);
    }).toThrow(WebAssembly.RuntimeError);
    expect(kernel.fault()).toBe("error_set with an address that is no block");
  });
});

import { crc32 as reference } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 } from "../../../plugins-wasm/fingerprint/src/crc32.ts";

test("the check value of the algorithm comes out", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe("cbf43926");
});

test("the fingerprint of nothing has eight digits as well", () => {
  expect(crc32(new Uint8Array(0))).toBe("00000000");
});

test("any bytes have the CRC-32 that zip gives them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      expect(Number.parseInt(crc32(bytes), 16)).toBe(reference(bytes));
    }),
  );
});

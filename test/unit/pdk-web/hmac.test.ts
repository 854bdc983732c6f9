import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { offerNative } from "../../support/web.ts";

offerNative();
const { crypto: mine, CryptoKey: MyCryptoKey } = await import("../../../pdk-ts/src/web/crypto.ts");

const NAMES = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"] as const;
const BYTES = Uint8Array.of(1, 2, 3);
const HMAC = { name: "HMAC", hash: "SHA-256" };

/** Longer keys than a block, too, which are hashed first. */
const key = fc.uint8Array({ minLength: 1, maxLength: 300 });
const data = fc.uint8Array({ maxLength: 500 });

describe.each(NAMES)("HMAC over %s", (hash) => {
  const importMine = async (bytes: Uint8Array) =>
    mine.subtle.importKey("raw", bytes, { name: "HMAC", hash }, false, ["sign", "verify"]);

  test("signs as Node does", async () => {
    await fc.assert(
      fc.asyncProperty(key, data, async (secret, text) => {
        const signature = await mine.subtle.sign("HMAC", await importMine(secret), text);
        const expected = createHmac(hash.replace("-", ""), secret).update(text).digest("hex");
        expect(Buffer.from(signature).toString("hex")).toBe(expected);
      }),
    );
  });

  test("verifies its own signatures, and no others", async () => {
    const flip = fc.record({ at: fc.nat(), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(key, data, flip, async (secret, text, { at, bit }) => {
        const imported = await importMine(secret);
        const signature = new Uint8Array(await mine.subtle.sign({ name: "hmac" }, imported, text));
        const verify = async (given: Uint8Array) =>
          mine.subtle.verify("HMAC", imported, given, text);
        expect(await verify(signature)).toBe(true);
        expect(await verify(signature.subarray(1))).toBe(false);
        expect(await verify(Uint8Array.of(...signature, 0))).toBe(false);
        signature[at % signature.length] = (signature[at % signature.length] ?? 0) ^ (1 << bit);
        expect(await verify(signature)).toBe(false);
      }),
    );
  });
});

test("a key looks as in Node, and does not show its bytes", async () => {
  const describeKey = async (subtle: typeof mine.subtle) => {
    const { type, extractable, algorithm, usages } = await subtle.importKey(
      "raw",
      new DataView(BYTES.buffer, 1),
      { name: "hmac", hash: { name: "sha-512" } },
      true,
      ["verify", "sign", "verify"],
    );
    return { type, extractable, algorithm, usages: usages.toSorted() };
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as there is of ours
  expect(await describeKey(mine.subtle)).toEqual(await describeKey(crypto.subtle as never));
  const imported = await mine.subtle.importKey("raw", BYTES, HMAC, false, ["sign"]);
  expect(imported).toBeInstanceOf(MyCryptoKey);
  expect(JSON.stringify(imported)).not.toContain("54");
});

type Import = Parameters<typeof mine.subtle.importKey>;

test.each<[name: string, error: string, given: Import]>([
  ["without bytes", "DataError", ["raw", new Uint8Array(0), HMAC, false, ["sign"]]],
  ["for nothing", "SyntaxError", ["raw", BYTES, HMAC, false, []]],
  ["for something else", "SyntaxError", ["raw", BYTES, HMAC, false, ["encrypt"]]],
  [
    "of an unknown hash",
    "NotSupportedError",
    ["raw", BYTES, { ...HMAC, hash: "MD5" }, true, ["sign"]],
  ],
  ["without a hash", "TypeError", ["raw", BYTES, { name: "HMAC" } as never, true, ["sign"]]],
  ["of another length", "DataError", ["raw", BYTES, { ...HMAC, length: 32 }, true, ["sign"]]],
  ["of another format", "NotSupportedError", ["spki", BYTES, HMAC, true, ["sign"]]],
])("a key %s is a %s, as in Node", async (_name, error, given) => {
  await expect(mine.subtle.importKey(...given)).rejects.toMatchObject({ name: error });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- wrong ones are what it is about
  const nodes = crypto.subtle.importKey(
    ...(given as unknown as Parameters<typeof crypto.subtle.importKey>),
  );
  await expect(nodes).rejects.toMatchObject({ name: error });
});

test("a key serves what it was imported for, and HMAC alone", async () => {
  const signer = await mine.subtle.importKey("raw", BYTES, HMAC, false, ["sign"]);
  const verifier = await mine.subtle.importKey("raw", BYTES, HMAC, false, ["verify"]);
  const { subtle } = mine;
  await expect(subtle.sign("HMAC", verifier, BYTES)).rejects.toThrow("was not imported to sign");
  await expect(subtle.verify("HMAC", signer, BYTES, BYTES)).rejects.toThrow(
    "was not imported to verify",
  );
  await expect(subtle.sign("RSA-PSS", signer, BYTES)).rejects.toThrow("RSA-PSS is not HMAC");
  await expect(subtle.verify("Ed25519", verifier, BYTES, BYTES)).rejects.toThrow(
    "Ed25519 is not HMAC",
  );
  await expect(subtle.sign("HMAC", {} as never, BYTES)).rejects.toThrow(
    "a key of crypto.subtle.importKey",
  );
  await expect(
    subtle.importKey("raw", BYTES, { name: "AES-GCM", hash: "" }, true, ["sign"]),
  ).rejects.toThrow("AES-GCM is not HMAC");
});

import { digestConstants } from "../runtime/digest-constants.ts";
import { digest as computeDigest, drawBytes } from "../runtime/native.ts";
import { printUuid } from "../runtime/uuid.ts";
import { bytesOf } from "../runtime/bytes.ts";

/** What `getRandomValues` fills at a time (Web Cryptography, section 10.1.1). */
const QUOTA_BYTES = 65_536;
const UUID_BYTES = 16;

const ALGORITHMS: ReadonlyMap<string, number> = new Map([
  ["SHA-1", 1],
  ["SHA-256", 256],
  ["SHA-384", 384],
  ["SHA-512", 512],
]);

const CONSTANTS = digestConstants();

interface Crypto {
  readonly subtle: SubtleCrypto;
  /** Fills an array of integers with random bytes of the host. */
  getRandomValues<T extends ArrayBufferView>(array: T): T;
  randomUUID(): string;
}

interface SubtleCrypto {
  digest(
    algorithm: string | { readonly name: string },
    data: ArrayBuffer | ArrayBufferView,
  ): Promise<ArrayBufferLike>;
}

export const crypto: Crypto = {
  getRandomValues(array) {
    if (
      !ArrayBuffer.isView(array) ||
      /Float|DataView/.test(Object.prototype.toString.call(array))
    ) {
      throw new DOMException("expected an array of integers", "TypeMismatchError");
    }
    if (array.byteLength > QUOTA_BYTES) {
      const message = `${array.byteLength} bytes are more than ${QUOTA_BYTES} at a time`;
      throw new DOMException(message, "QuotaExceededError");
    }
    bytesOf(array).set(drawBytes(array.byteLength));
    return array;
  },
  randomUUID: () => printUuid(drawBytes(UUID_BYTES)),
  subtle: {
    async digest(algorithm, data) {
      const name = typeof algorithm === "string" ? algorithm : algorithm.name;
      const number = ALGORITHMS.get(name.toUpperCase());
      if (number === undefined) {
        const known = [...ALGORITHMS.keys()].join(", ");
        throw new DOMException(`${name} is none of ${known}`, "NotSupportedError");
      }
      return computeDigest(number, bytesOf(data), CONSTANTS).buffer;
    },
  },
};

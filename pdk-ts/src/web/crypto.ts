import { bytesOf } from "../runtime/bytes.ts";
import { drawBytes } from "../runtime/native.ts";
import { printUuid } from "../runtime/uuid.ts";
import { computeHash, findHash, type AlgorithmName } from "./hash.ts";
import { importHmacKey, signHmac, verifyHmac } from "./hmac.ts";
import type { CryptoKey, HmacParameters } from "./hmac.ts";

export { CryptoKey } from "./hmac.ts";

/** What `getRandomValues` fills at a time (Web Cryptography, section 10.1.1). */
const QUOTA_BYTES = 65_536;
const UUID_BYTES = 16;

interface Crypto {
  readonly subtle: SubtleCrypto;
  /** Fills an array of integers with random bytes of the host. */
  getRandomValues<T extends ArrayBufferView>(array: T): T;
  randomUUID(): string;
}

type BytesInput = ArrayBuffer | ArrayBufferView;

interface SubtleCrypto {
  digest(algorithm: AlgorithmName, data: BytesInput): Promise<ArrayBufferLike>;
  importKey(
    format: string,
    data: BytesInput,
    algorithm: HmacParameters,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  sign(algorithm: AlgorithmName, key: CryptoKey, data: BytesInput): Promise<ArrayBufferLike>;
  verify(
    algorithm: AlgorithmName,
    key: CryptoKey,
    signature: BytesInput,
    data: BytesInput,
  ): Promise<boolean>;
}

const subtle: SubtleCrypto = {
  async digest(algorithm, data) {
    return computeHash(findHash(algorithm), bytesOf(data)).buffer;
  },
  // oxlint-disable-next-line eslint/max-params -- the standard has as many
  async importKey(format, data, algorithm, extractable, usages) {
    if (format !== "raw") {
      throw new DOMException(`a key is raw here, not ${format}`, "NotSupportedError");
    }
    return importHmacKey(bytesOf(data), algorithm, usages, extractable);
  },
  async sign(algorithm, key, data) {
    return signHmac(algorithm, key, bytesOf(data)).buffer;
  },
  async verify(algorithm, key, signature, data) {
    return verifyHmac(algorithm, key, bytesOf(signature), bytesOf(data));
  },
};

export const crypto: Crypto = {
  subtle,
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
};

import { computeHash, findHash, nameOf, type AlgorithmName, type Hash } from "./hash.ts";

/** HMAC (RFC 2104) over the engine's hashes: what signatures of webhooks and of JWTs are made of. */

export type HmacUsage = "sign" | "verify";

export interface HmacParameters {
  readonly name: string;
  readonly hash: AlgorithmName;
  /** Bits of the key, when it is not all of them. */
  readonly length?: number;
}

const USAGES: ReadonlySet<string> = new Set(["sign", "verify"]);
/** What the key is mixed with: RFC 2104, section 2. */
const INNER = 0x36;
const OUTER = 0x5c;

let secretOf: (key: CryptoKey) => Secret;

/** A key, mixed once for all that it signs. */
interface Secret {
  readonly hash: Hash;
  readonly inner: Uint8Array;
  readonly outer: Uint8Array;
}

/** A key of `crypto.subtle.importKey`, which never shows its bytes. */
export class CryptoKey {
  readonly type = "secret";
  readonly extractable: boolean;
  readonly algorithm: {
    readonly name: "HMAC";
    readonly hash: { readonly name: string };
    readonly length: number;
  };
  readonly usages: readonly HmacUsage[];
  readonly #secret: Secret;

  static {
    secretOf = (key: CryptoKey): Secret => key.#secret;
  }

  /** @internal Made by `importKey`. */
  constructor(bytes: Uint8Array, hash: Hash, usages: readonly HmacUsage[], extractable: boolean) {
    this.extractable = extractable;
    this.algorithm = { name: "HMAC", hash: { name: hash.name }, length: bytes.length * 8 };
    this.usages = usages;
    this.#secret = { hash, inner: mix(bytes, hash, INNER), outer: mix(bytes, hash, OUTER) };
  }
}

/** A key longer than a block stands for its hash. */
function mix(bytes: Uint8Array, hash: Hash, pad: number): Uint8Array {
  const block = new Uint8Array(hash.blockBytes).fill(pad);
  const key = bytes.length > hash.blockBytes ? computeHash(hash, bytes) : bytes;
  key.forEach((byte, index) => (block[index] = byte ^ pad));
  return block;
}

export function importHmacKey(
  bytes: Uint8Array,
  parameters: HmacParameters,
  usages: readonly string[],
  extractable: boolean,
): CryptoKey {
  checkHmac(parameters);
  if (parameters.hash === undefined) {
    throw new TypeError('HMAC needs a hash: { name: "HMAC", hash: "SHA-256" }');
  }
  const hash = findHash(parameters.hash);
  const unique = [...new Set(usages)];
  if (unique.length === 0 || !unique.every(isUsage)) {
    throw new DOMException("an HMAC key is used to sign, to verify, or both", "SyntaxError");
  }
  if (bytes.length === 0) throw new DOMException("an HMAC key has a byte at least", "DataError");
  const { length = bytes.length * 8 } = parameters;
  if (length !== bytes.length * 8) {
    const message = `the key has ${bytes.length * 8} bits, not ${length}`;
    throw new DOMException(message, "DataError");
  }
  return new CryptoKey(bytes, hash, unique, extractable);
}

function isUsage(usage: string): usage is HmacUsage {
  return USAGES.has(usage);
}

export function signHmac(algorithm: AlgorithmName, key: CryptoKey, data: Uint8Array): Uint8Array {
  checkHmac(algorithm);
  return compute(key, "sign", data);
}

/** Takes as long for a wrong signature as for a right one: how much of it is right stays unknown. */
export function verifyHmac(
  algorithm: AlgorithmName,
  key: CryptoKey,
  signature: Uint8Array,
  data: Uint8Array,
): boolean {
  checkHmac(algorithm);
  const expected = compute(key, "verify", data);
  if (signature.length !== expected.length) return false;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    difference |= (signature[i] ?? 0) ^ (expected[i] ?? 0);
  }
  return difference === 0;
}

function checkHmac(algorithm: AlgorithmName): void {
  const name = nameOf(algorithm);
  if (name.toUpperCase() === "HMAC") return;
  throw new DOMException(`${name} is not HMAC, the only one of its kind here`, "NotSupportedError");
}

function compute(key: CryptoKey, usage: HmacUsage, data: Uint8Array): Uint8Array {
  if (!(key instanceof CryptoKey)) throw new TypeError("expected a key of crypto.subtle.importKey");
  if (!key.usages.includes(usage)) {
    throw new DOMException(`the key was not imported to ${usage}`, "InvalidAccessError");
  }
  const { hash, inner, outer } = secretOf(key);
  return computeHash(hash, join(outer, computeHash(hash, join(inner, data))));
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

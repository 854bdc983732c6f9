import { checkBytes, checkText, checkWhole } from "./runtime/arguments.ts";
import { callForBytes, callForNumber, callForText, findService } from "./runtime/service.ts";

/**
 * Values that outlive a call, an instance and the host: text or bytes under text keys. Needs
 * `capabilities: { kv: {} }`. Every instance of the plugin sees the same values.
 *
 * `ttlMs` is how long a value stays, in milliseconds; 0, the default, is for ever. All of it throws
 * a `HostError`, such as `quota` when the operator's bound is reached.
 */
export interface Kv {
  /** The value of a key as text; null when there is none. */
  get(key: string): string | null;
  /** The value of a key byte for byte; null when there is none. */
  getBytes(key: string): Uint8Array | null;
  /** The value of a key, which is JSON; null when there is none. Nothing checks that it is a `T`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the author says what it is
  getJson<T = unknown>(key: string): T | null;
  set(key: string, value: string, ttlMs?: number): void;
  setBytes(key: string, value: Uint8Array, ttlMs?: number): void;
  /** Sets anything that `JSON.stringify` takes. */
  setJson(key: string, value: unknown, ttlMs?: number): void;
  /** Whether there was one. */
  delete(key: string): boolean;
  /**
   * Adds to a whole number, which starts at 0, and answers the sum: exact to 2^53. `ttlMs` counts
   * for a value that this call makes. Fails with `conflict` when the value is no number.
   */
  increment(key: string, by?: number, ttlMs?: number): number;
  /**
   * Sets a value if it is still `expected` (null: if there is none), and says whether it did: how two
   * calls that run at once change one value.
   */
  compareAndSet(key: string, expected: string | null, value: string, ttlMs?: number): boolean;
}

const GET = findService("bw_kv_get");
const SET = findService("bw_kv_set");
const DELETE = findService("bw_kv_delete");
const INCREMENT = findService("bw_kv_increment");
const COMPARE_AND_SET = findService("bw_kv_compare_and_set");

export const kv: Kv = {
  get: (key) => callForText(GET, checkKey(key)),
  getBytes: (key) => callForBytes(GET, checkKey(key)),
  getJson: (key) => JSON.parse(kv.get(key) ?? "null"),
  set(key, value, ttlMs = 0) {
    callForNumber(SET, checkKey(key), checkText("a value", value), checkTtl(ttlMs));
  },
  setBytes(key, value, ttlMs = 0) {
    callForNumber(SET, checkKey(key), checkBytes("a value", value), checkTtl(ttlMs));
  },
  setJson(key, value, ttlMs = 0) {
    const json = JSON.stringify(value);
    if (json === undefined) throw new TypeError(`the value of ${key} is no JSON`);
    kv.set(key, json, ttlMs);
  },
  delete: (key) => callForNumber(DELETE, checkKey(key)) === 1,
  increment(key, by = 1, ttlMs = 0) {
    const sum = callForText(INCREMENT, checkKey(key), checkStep(by), checkTtl(ttlMs));
    return Number(sum);
  },
  compareAndSet(key, expected, value, ttlMs = 0) {
    const before = expected === null ? null : checkText("the expected value", expected);
    const after = checkText("a value", value);
    return callForNumber(COMPARE_AND_SET, checkKey(key), before, after, checkTtl(ttlMs)) === 1;
  },
};

function checkKey(key: string): string {
  return checkText("a key", key);
}

function checkStep(by: number): number {
  return checkWhole("a step", by, Number.MIN_SAFE_INTEGER);
}

function checkTtl(ttlMs: number): number {
  return checkWhole("ttlMs", ttlMs);
}

import { giveBytes, giveInteger, giveText, giveWhole, takeBytes, takeText } from "./blocks";
import { resultOf } from "./fault";
import * as host from "./host";

/**
 * Values that stay between calls, and are shared by all instances of the plugin. Needs
 * `capabilities: { kv: {} }`. A value lives for ever when its time to live is 0.
 */
// A class, because only methods can be called delete.
export abstract class kv {
  /** The value of a key as text; null when there is none. */
  static get(key: string): string | null {
    const answer = resultOf(host.kvGet(giveText(key)));
    return answer == 0 ? null : takeText(answer);
  }

  static getBytes(key: string): Uint8Array | null {
    const answer = resultOf(host.kvGet(giveText(key)));
    return answer == 0 ? null : takeBytes(answer);
  }

  static set(key: string, value: string, ttlMs: f64 = 0): void {
    resultOf(host.kvSet(giveText(key), giveText(value), giveWhole("ttlMs", ttlMs)));
  }

  static setBytes(key: string, value: Uint8Array, ttlMs: f64 = 0): void {
    resultOf(host.kvSet(giveText(key), giveBytes(value), giveWhole("ttlMs", ttlMs)));
  }

  /** Whether there was a value. */
  static delete(key: string): bool {
    return resultOf(host.kvDelete(giveText(key))) != 0;
  }

  /**
   * Adds to a number that is kept as decimal text, from 0 when there is none, and answers the sum. The
   * time to live is given to a new value only.
   */
  static increment(key: string, by: f64 = 1, ttlMs: f64 = 0): f64 {
    const name = giveText(key);
    const answer = host.kvIncrement(name, giveInteger("a step", by), giveWhole("ttlMs", ttlMs));
    return <f64>I64.parseInt(takeText(resultOf(answer)));
  }

  /** Sets a value if the present one is `expected` (null: there is none), and says if it did. */
  static compareAndSet(key: string, expected: string | null, value: string, ttlMs: f64 = 0): bool {
    const name = giveText(key);
    const present = expected === null ? 0 : giveText(expected);
    const ttl = giveWhole("ttlMs", ttlMs);
    return resultOf(host.kvCompareAndSet(name, present, giveText(value), ttl)) != 0;
  }
}

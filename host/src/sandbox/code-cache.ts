import { createHash } from "node:crypto";
import type { CodeCache, MeteredCode } from "../wasm/metered-code.ts";

/** Smaller modules are metered faster than they are looked up. */
const CODE_BYTES_MIN = 64 * 1024;
/** One for each engine that is in use; plugins of other languages are rarely alike. */
const ENTRIES_MAX = 4;

/**
 * Metered code in memory, by what it was made from: all plugins on one engine share it, and only the
 * first of them waits for it.
 */
export class MeteredCodeCache implements CodeCache {
  /** In the order of their last use. */
  readonly #entries = new Map<string, MeteredCode>();

  find(parts: readonly Uint8Array[], make: () => MeteredCode): MeteredCode {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (bytes < CODE_BYTES_MIN) return make();
    const key = keyOf(parts);
    const code = this.#entries.get(key) ?? make();
    this.#entries.delete(key);
    this.#entries.set(key, code);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest);
    return code;
  }
}

function keyOf(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  // Lengths first: otherwise a byte could move from one part to the next.
  hash.update(parts.map(({ length }) => length).join(","));
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

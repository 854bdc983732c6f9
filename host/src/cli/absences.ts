import type { Clock } from "../lib/clock.ts";

/** Who replaces a file by hand, or a folder, needs less. */
const AWAY_MS = 2000;

/** Since when plugins that guard routes are away. */
export class Absences {
  readonly #clock: Clock;
  readonly #sinceMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Those that were away long enough to be gone for good. */
  over(): ReadonlySet<string> {
    const now = this.#clock.monotonicMs();
    const over = [...this.#sinceMs].filter(([, sinceMs]) => now - sinceMs >= AWAY_MS);
    return new Set(over.map(([name]) => name));
  }

  /** Takes down who is away now, and says in how many milliseconds all of them were so long enough. */
  see(away: ReadonlySet<string>): number {
    const now = this.#clock.monotonicMs();
    for (const name of this.#sinceMs.keys()) {
      if (!away.has(name)) this.#sinceMs.delete(name);
    }
    for (const name of away) {
      if (!this.#sinceMs.has(name)) this.#sinceMs.set(name, now);
    }
    return Math.max(...this.#sinceMs.values()) + AWAY_MS - now;
  }
}

import { CapabilityError } from "../../sandbox/capabilities/capability-error.ts";

/**
 * What a plugin asked for and no double knows. The plugin gets a fault, which it may well handle:
 * so it is written down as well, and whoever runs the test is told.
 */
export class Misses {
  #sentences: string[] = [];

  /** Notes it, and answers what the plugin gets. */
  miss(what: string, known: readonly string[]): CapabilityError {
    const list = known.length === 0 ? "there are none" : `there are ${known.join(", ")}`;
    const sentence = `${what}; ${list}`;
    this.#sentences.push(sentence);
    return new CapabilityError("unavailable", sentence);
  }

  /** Those since the last time. */
  take(): readonly string[] {
    const taken = this.#sentences;
    this.#sentences = [];
    return taken;
  }
}

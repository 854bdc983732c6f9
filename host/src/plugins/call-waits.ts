import { BackworksError } from "../lib/errors.ts";
import type { CallOrigin } from "../sandbox/call-names.ts";

/** A call that no instance works on yet. */
interface Wait {
  readonly callee: string;
  /** Plugins that wait for it: each holds one of its own instances until then. */
  readonly holders: readonly string[];
}

/**
 * Which calls between plugins wait for an instance. Two plugins that call each other, each for requests
 * of its own, can hold each other's last instances; more of them in a ring likewise. Nothing but their
 * time limits would end that, so that the call which would close the ring is refused: the others go on.
 */
export class CallWaits {
  /** How many calls a plugin works on at once. */
  readonly #capacityOf: (plugin: string) => number;
  readonly #waits = new Set<Wait>();

  constructor(capacityOf: (plugin: string) => number) {
    this.#capacityOf = capacityOf;
  }

  /**
   * The call at the end of a chain waits until what this answers is called, or nobody waits for it any
   * more. Throws `calls_deadlocked` when it would wait for itself.
   */
  begin({ chain, signal }: CallOrigin): () => void {
    const callee = chain.at(-1) ?? "";
    const wait = { callee, holders: chain.slice(0, -1) };
    this.#waits.add(wait);
    const end = (): void => void this.#waits.delete(wait);
    if (!this.#isStuck(callee)) {
      signal?.addEventListener("abort", end, { once: true });
      return end;
    }
    end();
    const path = chain.join(" → ");
    throw new BackworksError(
      "calls_deadlocked",
      `${path}: plugins wait for each other: every instance of ${callee} waits for ${this.#awaitedBy(callee)}`,
      { details: { plugin: callee, caller: chain.at(-2) } },
    );
  }

  /** Whether every instance of a plugin waits for one of a plugin of which the same is true. */
  #isStuck(plugin: string): boolean {
    let stuck = new Set([...this.#waits].flatMap(({ holders }) => holders));
    // What is not held as a whole goes on some day, and so do those that wait for it alone.
    for (let before = -1; before !== stuck.size && stuck.has(plugin);) {
      before = stuck.size;
      const held = this.#countHeld(stuck);
      stuck = new Set([...stuck].filter((each) => (held.get(each) ?? 0) >= this.#capacityOf(each)));
    }
    return stuck.has(plugin);
  }

  /** How many instances of each plugin wait for one of these. */
  #countHeld(callees: ReadonlySet<string>): Map<string, number> {
    const held = new Map<string, number>();
    for (const { callee, holders } of this.#waits) {
      if (!callees.has(callee)) continue;
      for (const holder of holders) held.set(holder, (held.get(holder) ?? 0) + 1);
    }
    return held;
  }

  #awaitedBy(plugin: string): string {
    const waits = [...this.#waits].filter(({ holders }) => holders.includes(plugin));
    return [...new Set(waits.map(({ callee }) => callee))].toSorted().join(", ");
  }
}

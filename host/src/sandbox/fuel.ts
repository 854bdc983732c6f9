/**
 * The fuel of one instance, which its metered code counts down. What is set, read and spent here the
 * guest sees at its next charge.
 */
export class FuelTank {
  readonly #fill: (units: number) => void;
  readonly #left: () => number;

  /** The two functions that every rewritten module has for it. */
  constructor(fill: (units: number) => void, left: () => number) {
    this.#fill = fill;
    this.#left = left;
  }

  fill(units: number): void {
    this.#fill(units);
  }

  /** Below zero the guest has run out. After a trap it may be more than is true (accounting.ts). */
  get left(): number {
    return this.#left();
  }

  /** Takes fuel for what the host does for the guest. */
  spend(units: number): void {
    this.#fill(this.#left() - units);
  }

  /** The guest traps at its next check. */
  drain(): void {
    this.#fill(-1);
  }
}

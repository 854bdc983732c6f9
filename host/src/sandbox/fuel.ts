/**
 * The fuel of one instance: the global that its metered code counts down. What is set, read and spent
 * here the guest sees at its next charge.
 */
export class FuelTank {
  readonly #global: WebAssembly.Global<bigint>;
  /** The last amount, kept as V8 wants it: most calls are given the same. */
  #units = 0;
  #bigUnits = 0n;

  constructor(global: WebAssembly.Global<bigint>) {
    this.#global = global;
  }

  fill(units: number): void {
    if (units !== this.#units) {
      this.#units = units;
      this.#bigUnits = BigInt(units);
    }
    this.#global.value = this.#bigUnits;
  }

  /** Below zero the guest has run out. After a trap it may be more than is true (accounting.ts). */
  get left(): number {
    return Number(this.#global.value);
  }

  /** Takes fuel for what the host does for the guest. */
  spend(units: number): void {
    this.#global.value -= BigInt(units);
  }

  /** The guest traps at its next check. */
  drain(): void {
    this.#global.value = -1n;
  }
}

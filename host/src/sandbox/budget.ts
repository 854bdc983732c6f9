import { assert } from "../lib/assert.ts";
import { BackworksError } from "../lib/errors.ts";

export interface BudgetLimits {
  readonly instancesMax: number;
  readonly suspendedMax: number;
}

/**
 * What all plugins of a process share and can exhaust. Beyond the first bound V8 has no address space
 * for another memory (each instance has two); beyond some 11,000 suspended stacks it ends the process.
 */
const PROCESS_LIMITS: BudgetLimits = { instancesMax: 7000, suspendedMax: 2000 };

/** Counts what is alive, so that the last of it is refused and never taken. */
export class Budget {
  readonly #limits: BudgetLimits;
  #instances = 0;
  #suspended = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  takeInstance(plugin: string): void {
    const { instancesMax } = this.#limits;
    if (this.#instances >= instancesMax) {
      throw new BackworksError(
        "instances_exhausted",
        `${plugin}: this process has ${instancesMax} plugin instances already, no more can be made`,
        { details: { plugin, instancesMax } },
      );
    }
    this.#instances++;
  }

  giveInstance(): void {
    this.#instances--;
    assert(this.#instances >= 0, "an instance is given back once");
  }

  /** A call that may be suspended, from its begin to its end. */
  takeSuspended(plugin: string): void {
    const { suspendedMax } = this.#limits;
    if (this.#suspended >= suspendedMax) {
      throw new BackworksError(
        "calls_exhausted",
        `${plugin}: ${suspendedMax} calls of plugins are suspended in this process already`,
        { details: { plugin, suspendedMax } },
      );
    }
    this.#suspended++;
  }

  giveSuspended(): void {
    this.#suspended--;
    assert(this.#suspended >= 0, "a suspended call ends once");
  }
}

/** The process's own; tests have theirs. */
export const PROCESS_BUDGET: Budget = new Budget(PROCESS_LIMITS);

import type { RewritePolicy } from "../policy.ts";
import { CALIBRATED_COSTS, WASMTIME_COSTS, type Costs } from "./costs.ts";

/** How exactly fuel is counted, and at what price in speed. */
export interface Accounting {
  readonly costs: Costs;
  /**
   * Arms of branches that cost at most this are charged with the segment that always runs before
   * them, whether they run or not: fewer charges, and a count that is an upper bound.
   */
  readonly foldedArmMax: number;
  /** How much one segment may take over from arms. */
  readonly foldedSumMax: number;
  /**
   * What a function may cost at most for its callers to pay for it, so that it needs no charges of
   * its own. More saves charges; less keeps checks close together.
   */
  readonly prepaidMax: number;
  /** What an indirect call pays in advance, since it cannot know its callee's price. */
  readonly indirectCredit: number;
  /** A loop keeps the counter in a local if it has this many charges for each call in it. */
  readonly chargesPerCallMin: number;
  /** Inside such loops the global is written too, so that it is right after a trap. */
  readonly writesThrough: boolean;
}

/** A deterministic upper bound, and the fastest. */
const BOUNDED_ACCOUNTING: Accounting = {
  costs: CALIBRATED_COSTS,
  foldedArmMax: 20,
  foldedSumMax: 20,
  prepaidMax: 256,
  indirectCredit: 24,
  chargesPerCallMin: 2,
  writesThrough: false,
};

/** Wasmtime's fuel, unit for unit. */
const EXACT_ACCOUNTING: Accounting = {
  costs: WASMTIME_COSTS,
  foldedArmMax: 0,
  foldedSumMax: 0,
  prepaidMax: 256,
  indirectCredit: 0,
  chargesPerCallMin: 2,
  writesThrough: true,
};

export function accountingOf(policy: RewritePolicy): Accounting {
  if (policy.accounting === "exact") return EXACT_ACCOUNTING;
  return { ...BOUNDED_ACCOUNTING, writesThrough: policy.writesThrough };
}

import type { Feature } from "./features.ts";
import { PLUGIN_LIMITS, type StructureLimits } from "./limits.ts";

/** What the rewriter accepts and how it counts. */
export interface RewritePolicy {
  /**
   * `bounded` counts a deterministic upper bound and is the fastest. `exact` counts what Wasmtime
   * counts, so that limits carry over to other hosts.
   */
  readonly accounting: "bounded" | "exact";
  /** The fuel global is right at every moment, not only where somebody may look: always if `exact`. */
  readonly writesThrough: boolean;
  readonly limits: StructureLimits;
  /** Proposals accepted although `REFUSED_FEATURES` would refuse them. */
  readonly allowed: readonly Feature[];
  /** New names for the modules that imports come from. */
  readonly renamedImports: ReadonlyMap<string, string>;
  /** New names for exports: those that a loader would act on by itself. */
  readonly renamedExports: ReadonlyMap<string, string>;
  /** Fuel that a new instance has; none, unless its functions may run before the host adds some. */
  readonly initialFuel: bigint;
}

export const DEFAULT_POLICY: RewritePolicy = {
  accounting: "bounded",
  writesThrough: false,
  limits: PLUGIN_LIMITS,
  allowed: [],
  renamedImports: new Map(),
  renamedExports: new Map(),
  initialFuel: 0n,
};

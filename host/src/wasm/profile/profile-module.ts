import { explainMetering } from "../explain-metering.ts";
import { indexModule } from "../module-index.ts";
import type { RewritePolicy } from "../policy.ts";
import type { RewriteReport } from "../rewrite.ts";
import { findUsedFeatures } from "../used-features.ts";
import { findInterpreter } from "./interpreter.ts";
import { watchFunctions } from "./watch-functions.ts";

/** A function as a profile shows it. */
export interface ProfiledFunction {
  readonly index: number;
  /** From the module's own name section: may hold anything. */
  readonly name: string | undefined;
  readonly exports: readonly string[];
  /** Fuel for it that its callers have paid when it begins. */
  readonly prepaid: number;
}

export interface ProfiledModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly report: RewriteReport;
  /** By their index. */
  readonly functions: ReadonlyMap<number, ProfiledFunction>;
  /** The function that runs functions of an interpreted language, if there is one. */
  readonly interpreter: number | undefined;
}

/**
 * Meters a module as `rewriteModule` does, with the same figures, and makes it tell of its calls
 * (watch-functions.ts). The fuel global is right at every moment.
 */
export function profileModule(bytes: Uint8Array, policy: RewritePolicy): ProfiledModule {
  const metered = explainMetering(bytes, { ...policy, writesThrough: true });
  const index = indexModule(bytes);
  const interpreter = findInterpreter(index);
  const watched = watchFunctions(metered.bytes, {
    functions: index.bodies.length,
    exceptions: exceptionsOf(findUsedFeatures(index)),
    told: interpreter,
  });
  return {
    bytes: watched,
    report: { ...metered.report, bytesAfter: watched.length },
    functions: new Map(metered.functions.map((known) => [known.index, known])),
    interpreter,
  };
}

/** V8 refuses a module that has both kinds. */
function exceptionsOf(features: readonly string[]): "legacy" | "standard" | undefined {
  if (features.includes("legacy exceptions")) return "legacy";
  return features.includes("exceptions") ? "standard" : undefined;
}

import type { Feature } from "./features.ts";
import { checkFunction, PAGE_BYTES } from "./limits.ts";
import { accountingOf } from "./meter/accounting.ts";
import type { FunctionHints } from "./meter/branch-hints.ts";
import type { Injected } from "./meter/counter.ts";
import { meterCode, planMetering } from "./meter/meter-code.ts";
import type { Placement } from "./meter/placement.ts";
import { findSection } from "./binary/module.ts";
import type { ModuleIndex } from "./module-index.ts";
import type { RewritePolicy } from "./policy.ts";

/** All that metering makes of a module's code. */
export interface MeteredCode {
  /** The bodies, each behind its size, without the count in front of them. */
  readonly bodies: Uint8Array;
  readonly hints: readonly FunctionHints[];
  /** Refusable features that only the code shows. */
  readonly features: ReadonlySet<Feature>;
  /** By function, from the first that is not imported: what its callers pay in advance. */
  readonly prices: Int32Array;
  readonly closedFunctions: number;
  readonly charges: number;
  readonly checks: number;
  readonly regions: number;
  /** Bytes, and locals times blocks, of all functions: what compiling them takes time for. */
  readonly compileWork: number;
}

/**
 * Keeps metered code for modules whose code is the same, as plugins built on one engine are. `parts`
 * is everything that the result depends on.
 */
export interface CodeCache {
  readonly find: (parts: readonly Uint8Array[], make: () => MeteredCode) => MeteredCode;
}

/** Throws `plugin_limit_exceeded` for a function that compilers would choke on. */
export function meterModuleCode(index: ModuleIndex, policy: RewritePolicy): MeteredCode {
  let compileWork = 0;
  const plan = planMetering(index, accountingOf(policy), (scanned, functionIndex) => {
    checkFunction(scanned, functionIndex, policy.limits);
    const { start, end, localCount, blockCount } = scanned;
    compileWork += end - start + localCount * blockCount;
  });
  const { settlement, placements, functions } = plan;
  const { bodies, hints } = meterCode(index.bytes, plan, injectedFor(index, policy));
  const sum = (count: (placement: Placement) => number): number =>
    placements.reduce((total, placement) => total + count(placement), 0);
  return {
    bodies,
    hints,
    features: plan.features,
    prices: Int32Array.from(functions, (_, own) => settlement.priceOf(own)),
    closedFunctions: functions.filter((_, own) => settlement.isClosed(own)).length,
    charges: sum(({ charges }) => charges),
    checks: sum(({ checks }) => checks),
    regions: sum(({ regions }) => regions),
    compileWork,
  };
}

/** The same parts, the same metered code: what `meterModuleCode` reads and nothing else. */
export function partsOfCode(index: ModuleIndex, policy: RewritePolicy): Uint8Array[] {
  const { accounting, writesThrough, limits } = policy;
  const { fuelGlobal, exhaustedFunction, operandMax } = injectedFor(index, policy);
  const facts = {
    accounting,
    writesThrough,
    limits,
    fuelGlobal,
    exhaustedFunction,
    operandMax: String(operandMax),
    // Of imports, only how many: plugins on one engine import what each of them may.
    importedFunctions: index.importedFunctions,
    referenced: [...index.referencedFunctions],
  };
  const sections = (["type", "function", "code"] as const).map((kind) => {
    const section = findSection(index, kind);
    return section === undefined
      ? new Uint8Array(0)
      : index.bytes.subarray(section.bodyStart, section.end);
  });
  return [new TextEncoder().encode(JSON.stringify(facts)), ...sections];
}

/** Where the host's own globals and function stand: behind all that the module has. */
function injectedFor(index: ModuleIndex, policy: RewritePolicy): Injected {
  return {
    fuelGlobal: index.globalCount,
    roomGlobal: index.globalCount + 1,
    exhaustedFunction: index.functionTypes.length,
    operandMax: operandMaxOf(index, policy),
  };
}

/** Memories and tables that the host brings are as large as the host likes. */
function operandMaxOf(index: ModuleIndex, { limits }: RewritePolicy): bigint {
  const isOwn = index.imports.every(({ kind }) => kind !== "memory" && kind !== "table");
  const bytesMax = limits.memoryPagesMax * PAGE_BYTES;
  const max = Math.max(bytesMax, limits.tableSlotsMax);
  return BigInt(isOwn ? Math.min(max, Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER);
}

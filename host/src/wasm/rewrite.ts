import { BackworksError } from "../lib/errors.ts";
import { featuresOf, refuseFeatures } from "./features.ts";
import { checkStructure } from "./limits.ts";
import { meterModuleCode, partsOfCode, type CodeCache, type MeteredCode } from "./metered-code.ts";
import { indexModule, type ModuleIndex } from "./module-index.ts";
import type { RewritePolicy } from "./policy.ts";
import { RESERVED_PREFIX, START_EXPORT } from "./reserved.ts";
import { assemble } from "./assemble.ts";
import { requireValid } from "./validity.ts";

/** Counts up when the same module and policy give other bytes: what was kept of it is made again. */
export const REWRITER_VERSION = 6;

/** What the rewriter found and did; plain data, kept beside a cached module. */
export interface RewriteReport {
  readonly accounting: RewritePolicy["accounting"];
  /** Functions that the module defines, and those among them that callers pay for entirely. */
  readonly functions: number;
  readonly closedFunctions: number;
  /** Places where fuel is taken, and where running out is noticed. */
  readonly charges: number;
  readonly checks: number;
  /** Loops that keep the counter in a local. */
  readonly regions: number;
  /** Bytes, and locals times blocks, of all functions: what compiling them takes time for. */
  readonly compileWork: number;
  /** Exported functions whose callers pay in advance: to be taken from the fuel before each call. */
  readonly entryFuel: readonly (readonly [exportName: string, fuel: number])[];
  /** The module had a start function: the host calls `START_EXPORT` once fuel is set. */
  readonly hasStart: boolean;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

export interface RewrittenModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly report: RewriteReport;
}

/**
 * Makes a module safe to run beside others: it counts fuel and stops when there is none, its memory
 * and tables are capped, and nothing of it runs before the host says so. The same bytes and policy
 * give the same result on every machine. A `cache` saves metering code that was metered before.
 */
export function rewriteModule(
  bytes: Uint8Array,
  policy: RewritePolicy,
  cache?: CodeCache,
): RewrittenModule {
  const index = indexModule(bytes);
  refuseFeatures(featuresOf(index), policy.allowed);
  checkStructure(index, policy.limits);
  refuseReservedExports(index);
  requireValid(bytes);
  const meter = (): MeteredCode => meterModuleCode(index, policy);
  const code = cache === undefined ? meter() : cache.find(partsOfCode(index, policy), meter);
  refuseFeatures(code.features, policy.allowed);
  const rewritten = assemble(index, code, policy);
  return { bytes: rewritten, report: reportOn(index, code, policy, rewritten) };
}

function refuseReservedExports(index: ModuleIndex): void {
  const reserved = index.exports.find(({ name }) => name.startsWith(RESERVED_PREFIX));
  if (reserved === undefined) return;
  throw new BackworksError(
    "plugin_export_reserved",
    `the module exports ${JSON.stringify(reserved.name)}: names that begin with ${RESERVED_PREFIX} belong to the host`,
  );
}

function reportOn(
  index: ModuleIndex,
  code: MeteredCode,
  policy: RewritePolicy,
  rewritten: Uint8Array,
): RewriteReport {
  const { closedFunctions, charges, checks, regions, compileWork } = code;
  const entries = index.exports
    .filter(({ kind }) => kind === "func")
    .map((entry) => [entry.name, entry.index] as const);
  if (index.start !== undefined) entries.push([START_EXPORT, index.start]);
  return {
    accounting: policy.accounting,
    functions: index.bodies.length,
    closedFunctions,
    charges,
    checks,
    regions,
    compileWork,
    entryFuel: entries.flatMap(([name, functionIndex]): [string, number][] => {
      const fuel = code.prices[functionIndex - index.importedFunctions] ?? 0;
      return fuel > 0 ? [[name, fuel]] : [];
    }),
    hasStart: index.start !== undefined,
    bytesBefore: index.bytes.length,
    bytesAfter: rewritten.length,
  };
}

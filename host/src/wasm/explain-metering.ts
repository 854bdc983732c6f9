import type { CodeRange } from "./binary/code-section.ts";
import { readCodeSection } from "./binary/code-section.ts";
import { readModule, readSectionOr } from "./binary/module.ts";
import { readFunctionNames } from "./function-names.ts";
import { accountingOf } from "./meter/accounting.ts";
import { planMetering, type MeterPlan } from "./meter/meter-code.ts";
import { indexModule, type ModuleIndex } from "./module-index.ts";
import type { RewritePolicy } from "./policy.ts";
import { listSteps, type MeteringStep } from "./metering-steps.ts";
import { rewriteModule, type RewriteReport } from "./rewrite.ts";

/** What metering does to one function. */
export interface FunctionMetering {
  readonly index: number;
  /** From the module's own name section: may hold anything. */
  readonly name: string | undefined;
  readonly exports: readonly string[];
  /** Of its body, before and after. */
  readonly bytes: number;
  readonly bytesMetered: number;
  /** Pieces of code that run as a whole or not at all. */
  readonly blocks: number;
  /** Blocks and bulk instructions that take fuel themselves. */
  readonly charges: number;
  /** Places where running out is noticed. */
  readonly checks: number;
  /** Loops that keep the counter in a local. */
  readonly regions: number;
  /** What its callers pay in advance. */
  readonly prepaid: number;
  /** Callers pay for all of it: it carries no charges. */
  readonly isPrepaid: boolean;
}

export interface MeteringExplanation {
  /** The metered module. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly report: RewriteReport;
  /** Those that the module defines, in the order of their index. */
  readonly functions: readonly FunctionMetering[];
  /** Names of imported functions, too. */
  readonly names: ReadonlyMap<number, string>;
  /** What happens in one of them, in the order of its code. */
  readonly stepsOf: (functionIndex: number) => readonly MeteringStep[];
}

/** Shows what `rewriteModule` does to a module's code. Throws what that throws. */
export function explainMetering(bytes: Uint8Array, policy: RewritePolicy): MeteringExplanation {
  const { bytes: rewritten, report } = rewriteModule(bytes, policy);
  const index = indexModule(bytes);
  const plan = planMetering(index, accountingOf(policy), () => undefined);
  const metered = readSectionOr(readModule(rewritten), "code", readCodeSection, []);
  const names = readFunctionNames(index);
  return {
    bytes: rewritten,
    report,
    functions: index.bodies.map((body, own) => ({
      ...describeFunction(index, names, own),
      ...describePlan(plan, own),
      bytes: sizeOf(body),
      bytesMetered: sizeOf(metered[own] ?? body),
    })),
    names,
    stepsOf: (functionIndex) => listSteps(plan, functionIndex - index.importedFunctions),
  };
}

function describeFunction(
  { importedFunctions, exports }: ModuleIndex,
  names: ReadonlyMap<number, string>,
  own: number,
): Pick<FunctionMetering, "index" | "name" | "exports"> {
  const index = own + importedFunctions;
  const exported = exports.filter((entry) => entry.kind === "func" && entry.index === index);
  return { index, name: names.get(index), exports: exported.map(({ name }) => name) };
}

function describePlan(
  { functions, events, placements, settlement }: MeterPlan,
  own: number,
): Omit<FunctionMetering, keyof ReturnType<typeof describeFunction> | "bytes" | "bytesMetered"> {
  const { firstEvent = 0, endEvent = 0 } = functions[own] ?? {};
  let blocks = 0;
  for (let event = firstEvent; event < endEvent; event++) {
    if (events.isSegment(event)) blocks++;
  }
  const { charges = 0, checks = 0, regions = 0 } = placements[own] ?? {};
  const isPrepaid = settlement.isClosed(own);
  return { blocks, charges, checks, regions, prepaid: settlement.priceOf(own), isPrepaid };
}

function sizeOf({ start, end }: CodeRange): number {
  return end - start;
}

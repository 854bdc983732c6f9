import { shiftOf, WORK } from "./meter/bulk-work.ts";
import { EVENT, FLAG, INDIRECT, type Events } from "./meter/events.ts";
import type { MeterPlan } from "./meter/meter-code.ts";

/** One thing that metering does in a function. Offsets count from the beginning of the file. */
export type MeteringStep = {
  readonly offset: number;
  /** How many loops are around it. */
  readonly loops: number;
} & StepKind;

type StepKind =
  | {
      readonly kind: "block";
      /** The beginning of the function, an arm of a branch, or a round of a loop. */
      readonly what: "entry" | "arm" | "round";
      /** Taken when the block begins, calls in it included; folded arms are in it. */
      readonly fuel: number;
      /** Running out is noticed here. */
      readonly isChecked: boolean;
      /**
       * Offset of the block whose fuel this one is in, if it takes none itself: one that always runs
       * before. Undefined for the entry, too, whose callers pay.
       */
      readonly paidAt: number | undefined;
    }
  | { readonly kind: "loop"; readonly counter: "global" | "local" }
  | { readonly kind: "loop_end" }
  | {
      readonly kind: "call";
      /** Undefined: only the running program knows. */
      readonly callee: number | undefined;
      /** Its block pays so much for the callee in advance. */
      readonly prepaid: number;
    }
  | {
      readonly kind: "bulk";
      readonly work: "bytes" | "elements" | "pages";
      /** Units of fuel for each byte, element or page. */
      readonly fuelEach: number;
    };

/** By `EVENT`: segments come first in it. */
const BLOCKS = ["entry", "arm", "round"] as const;

/** By `WORK`: what a table grows by are elements, too. */
const WORKS = ["bytes", "elements", "pages", "elements"] as const;

/** Reads the plan of one function, which counts from the first that is not imported. */
export function listSteps(plan: MeterPlan, own: number): MeteringStep[] {
  const scanned = plan.functions[own];
  if (scanned === undefined) return [];
  const { events } = plan;
  const steps: MeteringStep[] = [];
  let loops = 0;
  for (let event = scanned.firstEvent; event < scanned.endEvent; event++) {
    const kind = events.kind(event);
    if (kind === EVENT.loopEnd) loops--;
    const step = readStep(plan, event);
    if (step !== undefined) steps.push({ offset: events.offset(event), loops, ...step });
    if (kind === EVENT.loop) loops++;
  }
  return steps;
}

function readStep({ events, settlement, ...plan }: MeterPlan, event: number): StepKind | undefined {
  switch (events.kind(event)) {
    case EVENT.entry:
    case EVENT.arm:
    case EVENT.header:
      return {
        kind: "block",
        what: BLOCKS[events.kind(event)] ?? "arm",
        fuel: events.value(event),
        isChecked: events.has(event, FLAG.check),
        paidAt: payerOf(event, events),
      };
    case EVENT.loop:
      return { kind: "loop", counter: events.has(event, FLAG.region) ? "local" : "global" };
    case EVENT.loopEnd:
      return { kind: "loop_end" };
    case EVENT.call: {
      const callee = events.value(event);
      if (callee === INDIRECT) {
        return { kind: "call", callee: undefined, prepaid: plan.accounting.indirectCredit };
      }
      return { kind: "call", callee, prepaid: settlement.priceOf(callee - plan.importedFunctions) };
    }
    case EVENT.bulk: {
      const work = events.value(event);
      const fuelEach = 2 ** shiftOf(plan.accounting.costs, work);
      return { kind: "bulk", work: WORKS[work] ?? WORKS[WORK.bytes], fuelEach };
    }
    default:
      return undefined;
  }
}

function payerOf(segment: number, events: Events): number | undefined {
  if (events.value(segment) > 0) return undefined;
  let payer = events.link(segment);
  while (payer >= 0 && events.value(payer) === 0) payer = events.link(payer);
  return payer < 0 ? undefined : events.offset(payer);
}

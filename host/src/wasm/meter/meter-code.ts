import { ByteReader } from "../binary/byte-reader.ts";
import { ByteWriter } from "../binary/byte-writer.ts";
import type { Feature } from "../features.ts";
import type { ModuleIndex } from "../module-index.ts";
import type { Accounting } from "./accounting.ts";
import type { FunctionHints } from "./branch-hints.ts";
import { Events } from "./events.ts";
import type { Injected } from "./counter.ts";
import { Injector } from "./injector.ts";
import { placeChecks, type Placement } from "./placement.ts";
import { Scanner, type FunctionType, type ScannedFunction } from "./scanner.ts";
import { Settlement, type ScannedModule } from "./settlement.ts";

/** Who pays for what in a module, and where. */
export interface MeterPlan extends ScannedModule {
  readonly accounting: Accounting;
  readonly settlement: Settlement;
  readonly placements: readonly Placement[];
  /** Refusable features that only the code shows. */
  readonly features: ReadonlySet<Feature>;
}

export interface MeteredCode {
  /** The bodies, each behind its size, without the count in front of them. */
  readonly bodies: Uint8Array;
  readonly hints: readonly FunctionHints[];
}

/** Decides about a whole module. `inspect` may refuse a function before the next one is read. */
export function planMetering(
  index: ModuleIndex,
  accounting: Accounting,
  inspect: (scanned: ScannedFunction, functionIndex: number) => void,
): MeterPlan {
  const events = new Events();
  const scanner = new Scanner(index, accounting.costs, events);
  const { importedFunctions } = index;
  const functions = index.bodies.map((body, own) => {
    const scanned = scanner.scan(body, typeOf(index, own + importedFunctions));
    inspect(scanned, own + importedFunctions);
    return scanned;
  });
  const referenced = new Set([...index.referencedFunctions, ...scanner.referenced]);
  const module = { functions, events, importedFunctions, referenced };
  const settlement = new Settlement(module, accounting);
  const placements = functions.map((scanned) => placeChecks(scanned, events, accounting));
  return { ...module, accounting, settlement, placements, features: scanner.features };
}

/** Writes all bodies again; those without charges stay as they are. */
export function meterCode(source: Uint8Array, plan: MeterPlan, injected: Injected): MeteredCode {
  const { events, accounting, importedFunctions } = plan;
  const writer = new ByteWriter(source.length + (source.length >> 1));
  const hints: FunctionHints[] = [];
  const context = { source, events, accounting, injected, writer };
  for (const [own, scanned] of plan.functions.entries()) {
    const placement = plan.placements[own];
    if (placement === undefined || placement.charges + placement.checks === 0) {
      writer.u32(scanned.end - scanned.start);
      writer.copy(source, scanned.start, scanned.end);
      continue;
    }
    const offsets = new Injector(context, scanned).inject();
    if (offsets.length > 0) hints.push({ functionIndex: own + importedFunctions, offsets });
  }
  return { bodies: writer.finish(), hints };
}

function typeOf(index: ModuleIndex, functionIndex: number): FunctionType {
  const type = index.types[index.functionTypes[functionIndex] ?? -1];
  if (type?.kind === "func") return type;
  throw new ByteReader(index.bytes).malformed(`function ${functionIndex} has no function type`);
}

import type { PluginLimits } from "../contracts/limits.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { decideLimits } from "./limit-layers.ts";
import type { CallLayer, Decided, FuelPerMs } from "./limit-layers.ts";
import { fuelPerBodyByte } from "./limits.ts";

/** What holds for a plugin, with the operator's configuration when there is one. */
export interface LimitFacts {
  /** Of a call, where nothing special is said. */
  readonly fuel: number;
  readonly wallMs: number;
  readonly memoryPages: number;
  readonly accounting: "bounded" | "exact";
  /** Hooks with limits of their own. */
  readonly hooks: Readonly<Record<string, { readonly fuel: number; readonly wallMs: number }>>;
  /** Units of fuel in a millisecond of computing, as measured on this machine now. */
  readonly fuelPerMs: number;
  /** Every limit by itself, with who has decided it. */
  readonly each: readonly LimitFact[];
}

/** One limit. */
export interface LimitFact {
  /** `each call`, `the plugin`, a hook, or `route NAME`. */
  readonly of: string;
  readonly limit:
    "fuel" | "fuel_per_body_byte" | "wall_ms" | "memory_pages" | "instances" | "accounting";
  readonly value: number | string;
  /** Fuel in milliseconds of computing on this machine. */
  readonly ms?: number;
  readonly from: Decided<unknown>["from"];
  /** Where it is written: in plugin.yaml, or below `plugins.NAME` of backworks.yaml. */
  readonly key?: string;
}

export function explainLimits(
  manifest: Pick<Manifest, "limits" | "stateful">,
  written: PluginLimits,
  fuelPerMs: FuelPerMs,
): LimitFacts {
  const decided = decideLimits(manifest, written, fuelPerMs);
  const { call, initialize, hooks, routes, memoryPages, instances, accounting } = decided;
  const rate = fuelPerMs();
  const perByte = fuelPerBodyByte(decided);
  const calls = [...hooks, ["initialize", initialize] as const];
  return {
    fuel: call.fuel.value,
    wallMs: call.wallMs.value,
    memoryPages: memoryPages.value,
    accounting: accounting.value,
    hooks: Object.fromEntries(
      calls.map(([hook, { fuel, wallMs }]) => [hook, { fuel: fuel.value, wallMs: wallMs.value }]),
    ),
    fuelPerMs: rate,
    each: [
      ...callFacts("each call", call, rate),
      ...(perByte === 0
        ? []
        : [factOf("each call", "fuel_per_body_byte", { value: perByte, from: "default" })]),
      ...calls.flatMap(([hook, limits]) => callFacts(hook, limits, rate)),
      ...[...routes].flatMap(([route, limits]) => callFacts(`route ${route}`, limits, rate)),
      factOf("the plugin", "memory_pages", memoryPages),
      factOf("the plugin", "instances", instances),
      factOf("the plugin", "accounting", accounting),
    ],
  };
}

function callFacts(of: string, { fuel, wallMs }: CallLayer, fuelPerMs: number): LimitFact[] {
  return [
    ...(fuel === undefined
      ? []
      : [{ ...factOf(of, "fuel", fuel), ms: toMs(fuel.value, fuelPerMs) }]),
    ...(wallMs === undefined ? [] : [factOf(of, "wall_ms", wallMs)]),
  ];
}

/** Two digits: it was measured, and is another number each time. */
function toMs(fuel: number, fuelPerMs: number): number {
  return Number((fuel / fuelPerMs).toPrecision(2));
}

function factOf(
  of: string,
  limit: LimitFact["limit"],
  decided: Decided<number | string>,
): LimitFact {
  return { of, limit, ...decided };
}

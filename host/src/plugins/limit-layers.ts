import type { HookName } from "../contracts/hooks.ts";
import type {
  CallLimitsWritten,
  FuelAmount,
  LimitsAsked,
  PluginLimits,
} from "../contracts/limits.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { DEFAULT_LIMITS, type CallLimits } from "../sandbox/limits.ts";

/**
 * The most that a manifest gets without the operator. More fuel is harmless: it is spent in slices.
 * More memory is not: it is there once for every instance.
 */
export const ASKED_MOST: Readonly<Record<"fuel" | "wallMs" | "memoryPages", number>> = {
  fuel: 10 * DEFAULT_LIMITS.call.fuel,
  wallMs: DEFAULT_LIMITS.call.timeMs,
  memoryPages: DEFAULT_LIMITS.memoryPagesMax,
};

/** Units of fuel in a millisecond of this machine: asked for only where milliseconds are written. */
export type FuelPerMs = () => number;

/** A limit, and who has said how much it is. */
export interface Decided<Value> {
  readonly value: Value;
  readonly from: "default" | "plugin.yaml" | "backworks.yaml";
  /** In plugin.yaml, or below `plugins.NAME` of backworks.yaml: `limits.hooks.start.fuel`. */
  readonly key?: string;
  /** If it is written in milliseconds, and all of them are given. */
  readonly writtenMs?: number;
}

export interface DecidedCall {
  readonly fuel: Decided<number>;
  readonly wallMs: Decided<number>;
}

/** Every limit that somebody can write down, with who has decided it. */
export interface DecidedLimits {
  readonly call: DecidedCall;
  readonly initialize: DecidedCall;
  /** Hooks with limits of their own. */
  readonly hooks: ReadonlyMap<HookName, DecidedCall>;
  readonly routes: ReadonlyMap<string, CallLayer>;
  readonly memoryPages: Decided<number>;
  readonly instances: Decided<number>;
  readonly accounting: Decided<"bounded" | "exact">;
}

/** What one place says of one call: only what is written there. */
export interface CallLayer {
  readonly fuel: Decided<number> | undefined;
  readonly wallMs: Decided<number> | undefined;
}

/** What the operator decides goes before what the manifest asks for, and that before the defaults. */
export function decideLimits(
  { limits: asked, stateful }: Pick<Manifest, "limits" | "stateful">,
  written: PluginLimits,
  fuelPerMs: FuelPerMs,
): DecidedLimits {
  const ofOperator = (limits: CallLimitsWritten | undefined, key: string): CallLayer =>
    layerOf(limits, { source: { from: "backworks.yaml", key }, fuelPerMs, most: UNBOUNDED });
  const ofManifest = (limits: CallLimitsWritten | undefined, key: string): CallLayer =>
    layerOf(limits, { source: { from: "plugin.yaml", key }, fuelPerMs, most: ASKED_MOST });
  const ofHook = (hook: HookName): CallLayer[] => {
    const key = `limits.hooks.${hook}`;
    return [ofOperator(written.hooks[hook], key), ofManifest(asked.hooks[hook], key)];
  };
  const call = decide(
    [ofOperator(written, "limits"), ofManifest(asked, "limits")],
    byDefault(DEFAULT_LIMITS.call),
  );
  const hooks = new Set([...hookNames(written), ...hookNames(asked)]);
  hooks.delete("initialize");
  return {
    call,
    // Runtimes set themselves up there: what is said of calls in general would be too little.
    initialize: decide(ofHook("initialize"), byDefault(DEFAULT_LIMITS.start)),
    hooks: new Map([...hooks].map((hook) => [hook, decide(ofHook(hook), call)])),
    routes: new Map(
      [...written.routes].map(([route, limits]) => [
        route,
        ofOperator(limits, `limits.routes.${route}`),
      ]),
    ),
    memoryPages: decideMemory(asked, written),
    instances: stateful
      ? { value: 1, from: "plugin.yaml", key: "stateful" }
      : decideWritten("instances", written.instances, DEFAULT_LIMITS.instancesMax),
    accounting: decideWritten("accounting", written.accounting, DEFAULT_LIMITS.accounting),
  };
}

/** The first layer that says something wins. */
export function decide(layers: readonly CallLayer[], otherwise: DecidedCall): DecidedCall {
  return {
    fuel: layers.find(({ fuel }) => fuel !== undefined)?.fuel ?? otherwise.fuel,
    wallMs: layers.find(({ wallMs }) => wallMs !== undefined)?.wallMs ?? otherwise.wallMs,
  };
}

export function hookNames({ hooks }: Pick<LimitsAsked, "hooks">): HookName[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are what the type says
  return Object.keys(hooks) as HookName[];
}

export function toUnits(fuel: FuelAmount, fuelPerMs: FuelPerMs): number {
  return fuel.kind === "units" ? fuel.units : Math.max(1, Math.round(fuel.ms * fuelPerMs()));
}

const UNBOUNDED = { fuel: Infinity, wallMs: Infinity };

interface LayerOptions {
  readonly source: { readonly from: Decided<number>["from"]; readonly key: string };
  readonly fuelPerMs: FuelPerMs;
  readonly most: { readonly fuel: number; readonly wallMs: number };
}

function layerOf(
  { fuel, wallMs }: Partial<CallLimitsWritten> = {},
  { source, fuelPerMs, most }: LayerOptions,
): CallLayer {
  const { from, key } = source;
  const units = fuel && toUnits(fuel, fuelPerMs);
  const isGiven = units !== undefined && units <= most.fuel;
  return {
    fuel:
      units === undefined
        ? undefined
        : {
            value: Math.min(units, most.fuel),
            from,
            key: `${key}.fuel`,
            ...(fuel?.kind === "milliseconds" && isGiven && { writtenMs: fuel.ms }),
          },
    wallMs:
      wallMs === undefined
        ? undefined
        : { value: Math.min(wallMs, most.wallMs), from, key: `${key}.wall_ms` },
  };
}

function byDefault({ fuel, timeMs }: CallLimits): DecidedCall {
  return { fuel: { value: fuel, from: "default" }, wallMs: { value: timeMs, from: "default" } };
}

function decideMemory(asked: LimitsAsked, written: PluginLimits): Decided<number> {
  const key = "limits.memory";
  const { memoryPages } = written;
  if (memoryPages !== undefined) return { value: memoryPages, from: "backworks.yaml", key };
  if (asked.memoryPages === undefined) return { value: ASKED_MOST.memoryPages, from: "default" };
  const value = Math.min(asked.memoryPages, ASKED_MOST.memoryPages);
  return { value, from: "plugin.yaml", key };
}

function decideWritten<Value>(
  name: string,
  written: Value | undefined,
  otherwise: Value,
): Decided<Value> {
  if (written === undefined) return { value: otherwise, from: "default" };
  return { value: written, from: "backworks.yaml", key: `limits.${name}` };
}

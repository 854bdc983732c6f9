import type { HookName } from "../contracts/hooks.ts";
import type {
  CallLimitsWritten,
  FuelAmount,
  LimitsAsked,
  PluginLimits,
} from "../contracts/limits.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { DEFAULT_LIMITS, type CallLimits, type GuestLimits } from "../sandbox/limits.ts";

/**
 * The most that a manifest gets without the operator. More fuel is harmless: it is spent in slices.
 * More memory is not: it is there once for every instance.
 */
const ASKED_MOST = {
  fuel: 10 * DEFAULT_LIMITS.call.fuel,
  wallMs: DEFAULT_LIMITS.call.timeMs,
  memoryPages: DEFAULT_LIMITS.memoryPagesMax,
} as const;

const PAGE_BYTES = 64 * 1024;
/** An instance that has come so close to its cap is replaced before it gets there. */
const WORN_SHARE = 7 / 8;
/** Unlike infinity it can be sent to another process as JSON. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** What a plugin may take, on every route and on those with limits of their own. */
export interface ResolvedLimits {
  readonly guest: GuestLimits;
  /** Undefined where the hook's own apply. */
  readonly ofRoute: (route: string, hook: HookName) => CallLimits | undefined;
}

/** What the operator decides goes before what the manifest asks for, and that before the defaults. */
export function resolveLimits(
  { limits: asked, stateful }: Pick<Manifest, "limits" | "stateful">,
  written: PluginLimits,
  fuelPerMs: number,
): ResolvedLimits {
  const call = decide([written, asWritten(asked)], DEFAULT_LIMITS.call, fuelPerMs);
  const ofHook = (hook: HookName, otherwise: CallLimits): CallLimits => {
    const layers = [written.hooks[hook], asWritten(asked.hooks[hook] ?? {})];
    return decide(layers, otherwise, fuelPerMs);
  };
  const hookNames = new Set([...names(written.hooks), ...names(asked.hooks)]);
  hookNames.delete("initialize");
  const hooks = Object.fromEntries([...hookNames].map((hook) => [hook, ofHook(hook, call)]));
  const memoryPagesMax =
    written.memoryPages ?? Math.min(asked.memoryPages ?? Infinity, ASKED_MOST.memoryPages);
  const routes = new Map(
    [...written.routes].map(([route, limits]) => [
      route,
      (hook: HookName) => decide([limits], hooks[hook] ?? call, fuelPerMs),
    ]),
  );
  return {
    guest: {
      ...DEFAULT_LIMITS,
      call,
      hooks,
      // What somebody has written down is all there is.
      fuelPerBodyByte:
        written.fuel === undefined && asked.fuel === undefined ? DEFAULT_LIMITS.fuelPerBodyByte : 0,
      start: ofHook("initialize", DEFAULT_LIMITS.start),
      memoryPagesMax,
      accounting: written.accounting ?? DEFAULT_LIMITS.accounting,
      instancesMax: stateful ? 1 : (written.instances ?? DEFAULT_LIMITS.instancesMax),
      // What a stateful guest knows is in its memory: it ends with a trap, not with its age.
      recycleCalls: stateful ? NEVER : DEFAULT_LIMITS.recycleCalls,
      recycleBytes: stateful ? NEVER : memoryPagesMax * PAGE_BYTES * WORN_SHARE,
      recycleKernelBytes: stateful ? NEVER : DEFAULT_LIMITS.recycleKernelBytes,
    },
    ofRoute: (route, hook) => routes.get(route)?.(hook),
  };
}

/** What a manifest asks for and does not get, for the operator to know. */
export function findCut(
  { limits: asked }: Pick<Manifest, "limits">,
  written: PluginLimits,
): string[] {
  const cut: string[] = [];
  const check = (key: string, want: number | undefined, most: number, has: boolean): void => {
    if (want !== undefined && want > most && !has)
      cut.push(`${key}: it asks for ${want}, and gets ${most}`);
  };
  check("fuel", asked.fuel, ASKED_MOST.fuel, written.fuel !== undefined);
  check("wall_ms", asked.wallMs, ASKED_MOST.wallMs, written.wallMs !== undefined);
  const hasMemory = written.memoryPages !== undefined;
  check("memory", asked.memoryPages, ASKED_MOST.memoryPages, hasMemory);
  for (const hook of names(asked.hooks)) {
    const { fuel, wallMs } = asked.hooks[hook] ?? {};
    const own = written.hooks[hook];
    check(`hooks.${hook}.fuel`, fuel, ASKED_MOST.fuel, own?.fuel !== undefined);
    check(`hooks.${hook}.wall_ms`, wallMs, ASKED_MOST.wallMs, own?.wallMs !== undefined);
  }
  return cut;
}

/** The first layer that says something wins. */
function decide(
  layers: readonly (CallLimitsWritten | undefined)[],
  otherwise: CallLimits,
  fuelPerMs: number,
): CallLimits {
  const fuel = layers.find((layer) => layer?.fuel !== undefined)?.fuel;
  const wallMs = layers.find((layer) => layer?.wallMs !== undefined)?.wallMs;
  return {
    fuel: fuel === undefined ? otherwise.fuel : toUnits(fuel, fuelPerMs),
    timeMs: wallMs ?? otherwise.timeMs,
  };
}

function asWritten({
  fuel,
  wallMs,
}: Partial<Pick<LimitsAsked, "fuel" | "wallMs">>): CallLimitsWritten {
  return {
    fuel:
      fuel === undefined ? undefined : { kind: "units", units: Math.min(fuel, ASKED_MOST.fuel) },
    wallMs: wallMs === undefined ? undefined : Math.min(wallMs, ASKED_MOST.wallMs),
  };
}

function toUnits(fuel: FuelAmount, fuelPerMs: number): number {
  return fuel.kind === "units" ? fuel.units : Math.max(1, Math.round(fuel.ms * fuelPerMs));
}

function names<Value>(hooks: Readonly<Partial<Record<HookName, Value>>>): HookName[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are what the type says
  return Object.keys(hooks) as HookName[];
}

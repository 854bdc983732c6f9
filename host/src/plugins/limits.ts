import type { HookName } from "../contracts/hooks.ts";
import type { FuelAmount, PluginLimits } from "../contracts/limits.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { escapeText } from "../lib/escape.ts";
import { DEFAULT_LIMITS, type CallLimits, type GuestLimits } from "../sandbox/limits.ts";
import { PAGE_BYTES } from "../wasm/limits.ts";
import { ASKED_MOST, decide, decideLimits, hookNames, toUnits } from "./limit-layers.ts";
import type { CallLayer, Decided, DecidedCall, DecidedLimits, FuelPerMs } from "./limit-layers.ts";

/** An instance that has come so close to its cap is replaced before it gets there. */
const WORN_SHARE = 7 / 8;
/** Of a key: longer names of endpoints are cut. */
const SAID_LENGTH_MAX = 200;
/** Unlike infinity it can be sent to another process as JSON. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** What a plugin may take, on every route and on those with limits of their own. */
export interface ResolvedLimits {
  readonly guest: GuestLimits;
  /** Undefined where the hook's own apply. */
  readonly ofRoute: (route: string, hook: HookName) => CallLimits | undefined;
}

/** What holds for a plugin, as the sandbox takes it. */
export function resolveLimits(
  manifest: Pick<Manifest, "limits" | "stateful">,
  written: PluginLimits,
  fuelPerMs: FuelPerMs,
): ResolvedLimits {
  const { stateful } = manifest;
  const decided = decideLimits(manifest, written, fuelPerMs);
  const memoryPagesMax = decided.memoryPages.value;
  const routes = new Map(
    [...decided.routes].map(([route, layer]) => [route, limitsOfRoute(decided, layer)]),
  );
  return {
    guest: {
      ...DEFAULT_LIMITS,
      call: toCall(decided.call, "limits"),
      hooks: Object.fromEntries(
        [...decided.hooks].map(([hook, call]) => [hook, toCall(call, "limits")]),
      ),
      fuelPerBodyByte: fuelPerBodyByte(decided),
      start: toCall(decided.initialize, "limits.hooks.initialize"),
      memoryPagesMax,
      memorySaid: say(decided.memoryPages, "limits.memory"),
      accounting: decided.accounting.value,
      instancesMax: decided.instances.value,
      // What a stateful guest knows is in its memory: it ends with a trap, not with its age.
      recycleCalls: stateful ? NEVER : DEFAULT_LIMITS.recycleCalls,
      recycleBytes: stateful ? NEVER : memoryPagesMax * PAGE_BYTES * WORN_SHARE,
      recycleKernelBytes: stateful ? NEVER : DEFAULT_LIMITS.recycleKernelBytes,
    },
    ofRoute: (route, hook) => {
      const own = routes.get(route);
      return own?.hooks.get(hook) ?? own?.call;
    },
  };
}

interface RouteLimits {
  readonly call: CallLimits;
  /** Hooks with limits of their own. */
  readonly hooks: ReadonlyMap<HookName, CallLimits>;
}

/** Made once: each request asks for them, and they say in words where they are written. */
function limitsOfRoute({ call, hooks }: DecidedLimits, layer: CallLayer): RouteLimits {
  const within = (limits: DecidedCall): CallLimits => toCall(decide([layer], limits), "limits");
  return {
    call: within(call),
    hooks: new Map([...hooks].map(([hook, own]) => [hook, within(own)])),
  };
}

/** What somebody has written down is all there is. */
export function fuelPerBodyByte({ call }: DecidedLimits): number {
  return call.fuel.from === "default" ? DEFAULT_LIMITS.fuelPerBodyByte : 0;
}

/** `place` is where to write what is there by default. */
function toCall({ fuel, wallMs }: DecidedCall, place: string): CallLimits {
  const said = { fuel: say(fuel, `${place}.fuel`), time: say(wallMs, `${place}.wall_ms`) };
  return { fuel: fuel.value, timeMs: wallMs.value, said };
}

/** `limits.fuel in backworks.yaml: 20 ms` */
function say({ from, key, writtenMs }: Decided<number>, place: string): string {
  if (from === "default") return `the default of ${place}`;
  // Names of endpoints are the operator's own.
  const where = escapeText(key ?? place, SAID_LENGTH_MAX);
  return `${where} in ${from}${writtenMs === undefined ? "" : `: ${writtenMs} ms`}`;
}

/** What a manifest asks for and does not get, for the operator to know. */
export function findCut(
  { limits: asked }: Pick<Manifest, "limits">,
  written: PluginLimits,
  fuelPerMs: FuelPerMs,
): string[] {
  const cut: string[] = [];
  const check = (key: string, want: number | undefined, most: number, has: boolean): void => {
    if (want !== undefined && want > most && !has)
      cut.push(`${key}: it asks for ${want}, and gets ${most}`);
  };
  const units = (fuel: FuelAmount | undefined): number | undefined =>
    fuel && toUnits(fuel, fuelPerMs);
  check("fuel", units(asked.fuel), ASKED_MOST.fuel, written.fuel !== undefined);
  check("wall_ms", asked.wallMs, ASKED_MOST.wallMs, written.wallMs !== undefined);
  const hasMemory = written.memoryPages !== undefined;
  check("memory", asked.memoryPages, ASKED_MOST.memoryPages, hasMemory);
  for (const hook of hookNames(asked)) {
    const { fuel, wallMs } = asked.hooks[hook] ?? {};
    const own = written.hooks[hook];
    check(`hooks.${hook}.fuel`, units(fuel), ASKED_MOST.fuel, own?.fuel !== undefined);
    check(`hooks.${hook}.wall_ms`, wallMs, ASKED_MOST.wallMs, own?.wallMs !== undefined);
  }
  return cut;
}

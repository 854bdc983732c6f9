import type { HookName } from "./hooks.ts";

/** Fuel in units, or in milliseconds of computing on the machine that runs the plugin. */
export type FuelAmount =
  | { readonly kind: "units"; readonly units: number }
  | { readonly kind: "milliseconds"; readonly ms: number };

/** What is written down about one call; the rest is as it is without. */
export interface CallLimitsWritten {
  readonly fuel: FuelAmount | undefined;
  readonly wallMs: number | undefined;
}

/** What a manifest asks for (`limits`, `stateful`). Units only: it is the same on every machine. */
export interface LimitsAsked {
  readonly fuel: number | undefined;
  readonly wallMs: number | undefined;
  readonly memoryPages: number | undefined;
  readonly hooks: Readonly<Partial<Record<HookName, Omit<LimitsAsked, "memoryPages" | "hooks">>>>;
}

/** What the operator decides (`plugins.NAME.limits`): it goes before what the manifest asks for. */
export interface PluginLimits extends CallLimitsWritten {
  /** Of 64 KiB. */
  readonly memoryPages: number | undefined;
  readonly instances: number | undefined;
  /** How fuel is counted: `exact` as Wasmtime does, `bounded` faster. */
  readonly accounting: "bounded" | "exact" | undefined;
  readonly hooks: Readonly<Partial<Record<HookName, CallLimitsWritten>>>;
  /** By route id: they go before those of the hook. */
  readonly routes: ReadonlyMap<string, CallLimitsWritten>;
}

export const NO_LIMITS: PluginLimits = {
  fuel: undefined,
  wallMs: undefined,
  memoryPages: undefined,
  instances: undefined,
  accounting: undefined,
  hooks: {},
  routes: new Map(),
};

export const NO_LIMITS_ASKED: LimitsAsked = {
  fuel: undefined,
  wallMs: undefined,
  memoryPages: undefined,
  hooks: {},
};

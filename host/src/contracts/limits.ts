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

/**
 * What a manifest asks for (`limits`). In units it is the same on every machine; in milliseconds it is
 * as much as the machine that runs the plugin computes in them.
 */
export interface LimitsAsked extends CallLimitsWritten {
  /** Of 64 KiB. */
  readonly memoryPages: number | undefined;
  readonly hooks: Readonly<Partial<Record<HookName, CallLimitsWritten>>>;
}

/** What the operator decides (`plugins.NAME.limits`): it goes before what the manifest asks for. */
export interface PluginLimits extends LimitsAsked {
  readonly instances: number | undefined;
  /** How fuel is counted: `exact` as Wasmtime does, `bounded` faster. */
  readonly accounting: "bounded" | "exact" | undefined;
  /** By route id: they go before those of the hook. */
  readonly routes: ReadonlyMap<string, CallLimitsWritten>;
}

export const NO_LIMITS_ASKED: LimitsAsked = {
  fuel: undefined,
  wallMs: undefined,
  memoryPages: undefined,
  hooks: {},
};

export const NO_LIMITS: PluginLimits = {
  ...NO_LIMITS_ASKED,
  instances: undefined,
  accounting: undefined,
  routes: new Map(),
};

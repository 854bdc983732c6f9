import type { Buffer } from "node:buffer";
import type { FrameParts } from "../abi/exchange-frame.ts";
import { Kernel } from "../abi/kernel.ts";
import type { HookName } from "../contracts/hooks.ts";
import type { JsonObject } from "../contracts/json.ts";
import { systemClock, type Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { fillRandom, type FillRandom } from "../lib/random.ts";
import type { CompiledModule } from "./compile.ts";
import { Instance } from "./instance.ts";
import { DEFAULT_LIMITS, type GuestLimits } from "./limits.ts";
import { Pool } from "./pool.ts";

/** `config_get` of this key answers the whole configuration as JSON. */
export const WHOLE_CONFIG_KEY = "backworks:config";

export interface GuestOptions {
  /** Of the plugin: how errors call it. */
  readonly name: string;
  readonly module: CompiledModule;
  /** `plugins.NAME.config`, valid. */
  readonly config: JsonObject;
  /** The plugin's own child logger. */
  readonly logger: Logger;
  readonly limits?: Partial<GuestLimits>;
  readonly clock?: Clock;
  readonly fillRandom?: FillRandom;
}

/** A plugin's running code, whatever instance does the work. */
export interface Guest {
  readonly name: string;
  /**
   * Calls an exported hook and hands its output to `read`. The output is lent: it is gone with the
   * next call, so `read` copies what it keeps. Throws a `guest_…` error, or what `read` throws. The
   * answer is a promise only when a new instance has to be made first.
   */
  readonly call: <T>(
    hook: HookName,
    input: FrameParts,
    read: (output: Buffer) => T,
  ) => T | Promise<T>;
  /** Gives back what is not this process's memory. Nothing is called after it. */
  readonly close: () => void;
}

/** Makes the first instance, so that a guest that cannot start is refused now and not in a request. */
export async function createGuest(options: GuestOptions): Promise<Guest> {
  const { name, config } = options;
  const settings = {
    name,
    module: options.module,
    configJson: JSON.stringify(config),
    config: printConfig(config),
    logger: options.logger,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    clock: options.clock ?? systemClock,
    fillRandom: options.fillRandom ?? fillRandom,
  };
  const { limits } = settings;
  // A kernel outlives its instance: making one costs as much as the instance itself, and a storm of
  // traps would leave two memories behind for each call instead of one.
  const kernels: Kernel[] = [];
  const create = async (): Promise<Instance> =>
    Instance.create(settings, kernels.pop() ?? new Kernel(limits.kernelBytesMax));
  const pool = new Pool(name, create, limits);
  pool.release(await pool.acquire());
  const callOnce = <T>(instance: Instance, call: (instance: Instance) => T): T => {
    try {
      return call(instance);
    } finally {
      if (!instance.isDead) pool.release(instance);
      else {
        kernels.push(instance.kernel);
        pool.discard();
      }
    }
  };
  return {
    name,
    close: () => undefined,
    call: (hook, input, read) => {
      const call = (instance: Instance): ReturnType<typeof read> =>
        instance.call(hook, input, read);
      const acquired = pool.acquire();
      return acquired instanceof Promise
        ? acquired.then((instance) => callOnce(instance, call))
        : callOnce(acquired, call);
    },
  };
}

/** Extism's configuration is texts: strings as they are, other values as JSON. */
function printConfig(config: JsonObject): ReadonlyMap<string, string> {
  const texts = Object.entries(config).map(
    ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  return new Map([...texts, [WHOLE_CONFIG_KEY, JSON.stringify(config)]]);
}

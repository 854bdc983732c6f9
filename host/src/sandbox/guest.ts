import type { Buffer } from "node:buffer";
import type { FrameParts } from "../abi/exchange-frame.ts";
import { Kernel } from "../abi/kernel.ts";
import type { HookName } from "../contracts/hooks.ts";
import type { JsonObject } from "../contracts/json.ts";
import { systemClock, type Clock } from "../lib/clock.ts";
import type { BackworksError } from "../lib/errors.ts";
import type { Logger } from "../lib/logger.ts";
import { fillRandom, type FillRandom } from "../lib/random.ts";
import { PROCESS_BUDGET, type Budget } from "./budget.ts";
import { CallMeter, type MeasuredCall, type ObserveCall } from "./call-meter.ts";
import type { CallNames } from "./call-names.ts";
import { toBound, type BoundServices } from "./capabilities/binding.ts";
import type { PluginServices } from "./capabilities/services.ts";
import type { CompiledModule } from "./compile.ts";
import { Instance, type HookCall, type InstanceSettings } from "./instance.ts";
import {
  DEFAULT_LIMITS,
  limitsOfCall,
  SYNC_FUEL_MAX,
  type CallLimits,
  type GuestLimits,
} from "./limits.ts";
import { Pool } from "./pool.ts";
import type { CallWatch } from "./profiling/call-watch.ts";

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
  readonly limits?: Partial<GuestLimits> | undefined;
  readonly clock?: Clock;
  /** What WASI's clock says; default: `clock`. */
  readonly wasiClock?: Clock | undefined;
  /** Whether WASI's clock runs during a call; default: what `services` grant. */
  readonly hasClock?: boolean | undefined;
  readonly fillRandom?: FillRandom;
  /** Default: no right to anything. */
  readonly services?: PluginServices | BoundServices;
  /** Told of every call when it is over. */
  readonly onCall?: ObserveCall;
  /** Default: what the process has. */
  readonly budget?: Budget;
  /** For the first instance, if there is one already. */
  readonly kernel?: Kernel;
  /** Follows the calls of a module that was compiled for it (profiling/compile-profiled.ts). */
  readonly watch?: CallWatch | undefined;
}

/** What is special about one call. */
export interface CallOptions extends Partial<Omit<CallNames, "hook">> {
  /** Instead of the hook's own. */
  readonly limits?: CallLimits | undefined;
  /** Told when the call has an instance. */
  readonly begun?: (() => void) | undefined;
}

type GuestCall<T> = HookCall<T> & Pick<CallOptions, "begun">;

/** A plugin's running code, whatever instance does the work. */
export interface Guest {
  readonly name: string;
  /** Calls that it works on at once; the others wait. */
  readonly callsMax: number;
  /**
   * Calls an exported hook and hands its output to `read`. The output is lent: it is gone with the
   * next call, so `read` copies what it keeps. Throws a `guest_…` error, or what `read` throws. The
   * answer is a promise when a new instance has to be made first, and for a hook that waits or has
   * more fuel than one turn of the event loop.
   */
  readonly call: <T>(
    hook: HookName,
    input: FrameParts,
    read: (output: Buffer) => T,
    options?: CallOptions,
  ) => T | Promise<T>;
  /**
   * Why calls fail now without reaching it: what runs it is gone, and went too often to be made again at
   * once. It lasts until that runs again. Asking begins the next try once that is due, so that it comes
   * back although nobody is sent to it meanwhile.
   */
  readonly outage: () => BackworksError | undefined;
  /** Gives back what is not this process's memory. Nothing is called after it. */
  readonly close: () => void;
}

/** Makes the first instance, so that a guest that cannot start is refused now and not in a request. */
export async function createGuest(options: GuestOptions): Promise<Guest> {
  const guest = new PooledGuest(options);
  await guest.warmUp();
  return {
    name: options.name,
    callsMax: guest.callsMax,
    call: (hook, input, read, callOptions) => guest.call(hook, input, read, callOptions),
    outage: () => guest.outage(),
    close: () => guest.close(),
  };
}

class PooledGuest {
  readonly #settings: InstanceSettings;
  readonly #pool: Pool<Instance>;
  readonly #meter: CallMeter | undefined;
  readonly #chain: CallNames["chain"];
  /**
   * A kernel outlives its instance: making one costs as much as the instance itself, and a storm of
   * traps would leave two memories behind for each call instead of one.
   */
  readonly #kernels: Kernel[] = [];
  #isClosed = false;

  constructor(options: GuestOptions) {
    const { name, module, config, logger, services, onCall } = options;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const clock = options.clock ?? systemClock;
    this.#settings = {
      name,
      module,
      configJson: JSON.stringify(config),
      config: printConfig(config),
      logger,
      limits,
      clock,
      wasiClock: options.wasiClock ?? clock,
      hasClock: options.hasClock ?? isClockGranted(services),
      fillRandom: options.fillRandom ?? fillRandom,
      services: services && toBound(services),
      budget: options.budget ?? PROCESS_BUDGET,
      watch: options.watch,
    };
    this.#pool = new Pool(name, async () => this.#create(), limits, clock);
    this.#meter = onCall && new CallMeter(onCall, clock);
    this.#chain = [name];
    if (options.kernel !== undefined) this.#kernels.push(options.kernel);
  }

  get callsMax(): number {
    return this.#settings.limits.instancesMax;
  }

  async warmUp(): Promise<void> {
    this.#giveBack(await this.#pool.acquire());
  }

  outage(): BackworksError | undefined {
    const { outage } = this.#pool;
    if (outage === undefined) return undefined;
    // The next outage says what it fails with.
    if (this.#pool.isDue) this.warmUp().catch(() => {});
    return outage;
  }

  call<T>(
    hook: HookName,
    input: FrameParts,
    read: (output: Buffer) => T,
    { limits, chain = this.#chain, request, event, signal, begun }: CallOptions = {},
  ): T | Promise<T> {
    const most = limits ?? limitsOfCall(this.#settings.limits, hook, input.body?.length ?? 0);
    const call = { hook, input, read, limits: most, chain, request, event, signal, begun };
    const acquired = this.#acquire(call);
    const isSliced = this.#settings.module.waits || most.fuel > SYNC_FUEL_MAX;
    if (isSliced) return this.#runSliced(acquired, call);
    return acquired instanceof Promise
      ? acquired.then((instance) => this.#run(instance, call))
      : this.#run(acquired, call);
  }

  /** That there is no instance for a call is the end of it, and is reported like any other. */
  #acquire(call: MeasuredCall): Instance | Promise<Instance> {
    const meter = this.#meter;
    let acquired: Instance | Promise<Instance>;
    try {
      acquired = this.#pool.acquire(call.signal);
    } catch (failure) {
      meter?.reportRefused(call, failure);
      throw failure;
    }
    if (meter === undefined || !(acquired instanceof Promise)) return acquired;
    const startMs = meter.start();
    return acquired.catch((failure: unknown) => {
      meter.reportRefused(call, failure, startMs);
      throw failure;
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const _ of this.#pool.drain()) this.#settings.budget.giveInstance();
    this.#kernels.length = 0;
  }

  async #create(): Promise<Instance> {
    const { name, budget, limits } = this.#settings;
    budget.takeInstance(name);
    try {
      const kernel = this.#kernels.pop() ?? new Kernel(limits.kernelBytesMax);
      return await Instance.create(this.#settings, kernel);
    } catch (error) {
      budget.giveInstance();
      throw error;
    }
  }

  #run<T>(instance: Instance, call: GuestCall<T>): T {
    call.begun?.();
    const startMs = this.#meter?.start();
    let failure: unknown;
    try {
      return instance.call(call);
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      this.#meter?.report(call, instance, startMs, failure);
      this.#giveBack(instance);
    }
  }

  async #runSliced<T>(acquired: Instance | Promise<Instance>, call: GuestCall<T>): Promise<T> {
    const instance = await acquired;
    call.begun?.();
    const startMs = this.#meter?.start();
    let failure: unknown;
    try {
      return await instance.callSliced(call);
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      this.#meter?.report(call, instance, startMs, failure);
      this.#giveBack(instance);
    }
  }

  #giveBack(instance: Instance): void {
    if (!instance.isDead && !instance.isWorn && !this.#isClosed) {
      this.#pool.release(instance);
      return;
    }
    const { kernel } = instance;
    if (kernel !== undefined && !this.#isClosed) this.#kernels.push(kernel);
    this.#settings.budget.giveInstance();
    this.#pool.discard();
  }
}

function isClockGranted(services: GuestOptions["services"]): boolean {
  return services !== undefined && "rights" in services && services.rights.clock;
}

/** Extism's configuration is texts: strings as they are, other values as JSON. */
function printConfig(config: JsonObject): ReadonlyMap<string, string> {
  const texts = Object.entries(config).map(
    ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  return new Map([...texts, [WHOLE_CONFIG_KEY, JSON.stringify(config)]]);
}

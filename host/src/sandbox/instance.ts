import type { Buffer } from "node:buffer";
import type { FrameParts } from "../abi/exchange-frame.ts";
import type { Kernel } from "../abi/kernel.ts";
import { guestFailed, guestStatusInvalid, STATUS_DONE, STATUS_FAILED } from "../abi/status.ts";
import type { HookName } from "../contracts/hooks.ts";
import { assert } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import type { Logger } from "../lib/logger.ts";
import type { FillRandom } from "../lib/random.ts";
import type { Budget } from "./budget.ts";
import type { CallNames } from "./call-names.ts";
import type { BoundServices, ServiceBinding } from "./capabilities/binding.ts";
import type { CompiledModule } from "./compile.ts";
import { GuestLog } from "./guest-log.ts";
import { HostCalls } from "./host-calls.ts";
import { createImports } from "./imports.ts";
import { SYNC_FUEL_MAX, type GuestLimits } from "./limits.ts";
import { linkModule } from "./link.ts";
import { AROUND_BYTES, MemoryRoom } from "./memory-room.ts";
import { LinkedGuest, type Entry } from "./linked-guest.ts";
import type { CallWatch } from "./profiling/call-watch.ts";
import { Runner, type RunTerms } from "./runner.ts";
import { trapError } from "./trap.ts";
import { Variables } from "./variables.ts";
import { WasiFunctions } from "./wasi-functions.ts";

/** All that an instance is made of; the same for every instance of a guest. */
export interface InstanceSettings {
  readonly name: string;
  readonly module: CompiledModule;
  /** What `initialize` is given. */
  readonly configJson: string;
  /** What `config_get` answers. */
  readonly config: ReadonlyMap<string, string>;
  readonly logger: Logger;
  readonly limits: GuestLimits;
  readonly clock: Clock;
  /** What WASI's clock says; time limits go by `clock`. */
  readonly wasiClock: Clock;
  /** WASI's clock runs. */
  readonly hasClock: boolean;
  readonly fillRandom: FillRandom;
  /** What stands behind the functions that need a right. */
  readonly services: BoundServices | undefined;
  readonly budget: Budget;
  /** Follows the calls of a module that was compiled for it. */
  readonly watch: CallWatch | undefined;
}

/** One call of a hook. */
export interface HookCall<T> extends RunTerms, CallNames {
  readonly hook: HookName;
  readonly input: FrameParts;
  /** Copies what it keeps: the bytes are the guest's own and gone with the next call. */
  readonly read: (output: Buffer) => T;
}

/** What surrounds a guest's code. */
interface Surroundings {
  readonly variables: Variables;
  readonly log: GuestLog;
  /** Most modules import none of it. */
  readonly wasi: WasiFunctions | undefined;
  /** Likewise. */
  readonly binding: ServiceBinding | undefined;
  readonly hostCalls: HostCalls;
}

interface Linked {
  readonly guest: LinkedGuest;
  readonly room: MemoryRoom;
}

/** One running module with its kernel: one call at a time, none inside another. */
export class Instance {
  readonly #settings: InstanceSettings;
  readonly #kernel: Kernel;
  readonly #around: Surroundings;
  readonly #guest: LinkedGuest;
  readonly #runner: Runner;
  #calls = 0;

  private constructor(
    settings: InstanceSettings,
    kernel: Kernel,
    around: Surroundings,
    { guest, room }: Linked,
  ) {
    const { name: plugin, module, limits, clock, budget, services, watch } = settings;
    this.#settings = settings;
    this.#kernel = kernel;
    this.#around = around;
    this.#guest = guest;
    const redact = services?.redact;
    const parts = { plugin, module, limits, clock, budget, watch, ...around };
    this.#runner = new Runner({ ...parts, kernel, guest, room, redact });
  }

  /**
   * Instantiates, starts and initializes. Throws what a call throws. `kernel` may have served an
   * instance that is gone: a call sees nothing of the ones before.
   */
  static async create(settings: InstanceSettings, kernel: Kernel): Promise<Instance> {
    const around = surround(settings, kernel);
    const linked = await link(settings, kernel, around);
    const instance = new Instance(settings, kernel, around, linked);
    await instance.#start();
    around.variables.keep();
    return instance;
  }

  get isDead(): boolean {
    return this.#runner.isDead;
  }

  /** It has done its share: a new one should take its place. */
  get isWorn(): boolean {
    const { recycleCalls, recycleBytes, recycleKernelBytes } = this.#settings.limits;
    if (this.#calls >= recycleCalls || this.#guest.memoryBytes > recycleBytes) return true;
    return this.#kernel.memoryBytes > recycleKernelBytes;
  }

  /**
   * For the next instance once this one is gone, unless the guest still hangs in a host function, or
   * it has grown into what a guest has for itself: it never shrinks.
   */
  get kernel(): Kernel | undefined {
    const isLarge = this.#kernel.memoryBytes > AROUND_BYTES;
    return this.#runner.isAbandoned || isLarge ? undefined : this.#kernel;
  }

  get lastFuel(): number {
    return this.#runner.lastFuel;
  }

  get memoryBytes(): number {
    return this.#guest.memoryBytes;
  }

  /** Calls a hook that does not give the event loop back. */
  call<T>(call: HookCall<T>): T {
    const entry = this.#begin(call);
    let status: unknown;
    try {
      status = this.#runner.run(entry, call);
    } finally {
      this.#end();
    }
    return this.#finish(call, status);
  }

  /** Calls a hook that does. */
  async callSliced<T>(call: HookCall<T>): Promise<T> {
    const entry = this.#begin(call);
    let status: unknown;
    try {
      status = await this.#runner.runSliced(entry, call);
    } finally {
      this.#end();
    }
    return this.#finish(call, status);
  }

  async #start(): Promise<void> {
    const { configJson, limits, module, name } = this.#settings;
    const isSliced = module.waits || limits.start.fuel > SYNC_FUEL_MAX;
    const terms = { limits: limits.start, chain: [name] };
    for (const entry of this.#guest.starters) {
      // Its kernel may hold the last request of the instance before, and bounds what a call zeroes.
      this.#kernel.begin("", undefined, 0, limits.start.fuel);
      this.#around.wasi?.beginCall();
      this.#around.log.beginCall({ ...terms, hook: entry.name });
      if (isSliced) await this.#runner.runSliced(entry, terms);
      else this.#runner.run(entry, terms);
      this.#end();
    }
    if (this.#guest.hook("initialize") === undefined) return;
    const input = { head: configJson, body: undefined };
    const call = { ...terms, hook: "initialize", input, read: () => undefined } as const;
    if (isSliced) await this.callSliced(call);
    else this.call(call);
  }

  #begin<T>(call: HookCall<T>): Entry {
    const { name, limits } = this.#settings;
    const { hook, input } = call;
    const entry = this.#guest.hook(hook);
    assert(entry !== undefined && !this.isDead, `${name} has no ${hook}, or is dead`);
    this.#calls++;
    this.#around.wasi?.beginCall();
    this.#around.log.beginCall(call);
    this.#runner.forget();
    const { fuel } = call.limits;
    if (this.#kernel.begin(input.head, input.body, limits.inputBytesMax, fuel)) return entry;
    const what = `is given more than ${limits.inputBytesMax} bytes`;
    throw this.#tooLarge("guest_input_too_large", what, hook);
  }

  /** What was the call's own is gone, or written. */
  #end(): void {
    const { variables, binding, wasi, log } = this.#around;
    variables.endCall();
    binding?.end();
    wasi?.endCall();
    log.endCall();
  }

  #finish<T>({ hook, read }: HookCall<T>, status: unknown): T {
    const { name, limits, services } = this.#settings;
    if (status === STATUS_FAILED) {
      const reason = this.#kernel.error(limits.errorBytesMax);
      throw guestFailed(name, hook, reason && (services?.redact(reason) ?? reason));
    }
    if (status !== STATUS_DONE) throw guestStatusInvalid(name, hook, status);
    const { outputLength } = this.#kernel;
    if (outputLength > limits.outputBytesMax) {
      const what = `returned ${outputLength} bytes, at most ${limits.outputBytesMax} are allowed`;
      throw this.#tooLarge("guest_output_too_large", what, hook);
    }
    return this.#kernel.readOutput(read);
  }

  #tooLarge(
    code: "guest_input_too_large" | "guest_output_too_large",
    what: string,
    hook: HookName,
  ): BackworksError {
    const { name } = this.#settings;
    return new BackworksError(code, `${name}: ${hook} ${what}`, {
      details: { plugin: name, hook },
    });
  }
}

function surround(settings: InstanceSettings, kernel: Kernel): Surroundings {
  const { limits, logger, module, services } = settings;
  const log = new GuestLog(logger, limits, services?.redact);
  return {
    log,
    variables: new Variables(limits.variableBytesMax),
    wasi: module.usesWasi
      ? new WasiFunctions({ ...settings, ...clockOf(settings), kernel, log })
      : undefined,
    binding: module.usesServices ? services?.bind(kernel) : undefined,
    hostCalls: new HostCalls(kernel, settings.watch),
  };
}

/** Who never asks for the time pays for none. */
function clockOf({ module, hasClock, wasiClock }: InstanceSettings): {
  readonly clock: Clock;
  readonly hasClock: boolean;
} {
  const asks = module.imports.some(({ name }) => name === "clock_time_get");
  return { clock: wasiClock, hasClock: hasClock || !asks };
}

async function link(
  { name, module, config, watch, limits }: InstanceSettings,
  kernel: Kernel,
  around: Surroundings,
): Promise<Linked> {
  const { hostCalls, wasi, variables } = around;
  try {
    const imports = createImports(module.imports, { ...around, kernel, config }, hostCalls);
    const { exports } = await linkModule(module.module, imports);
    const guest = new LinkedGuest(exports, module);
    hostCalls.useTank(guest.tank);
    wasi?.useMemory(guest.memory);
    const taken = guest.memoryBytes + module.tableBytes + kernel.memoryBytes;
    const room = new MemoryRoom(guest.room, limits.memoryPagesMax, taken);
    variables.useRoom(room);
    kernel.growBy((bytes) => room.take(bytes));
    watch?.attach({ exports, tank: guest.tank, memory: guest.memory, kernel });
    return { guest, room };
  } catch (thrown) {
    // Segments are copied in when a module is instantiated, and may lie outside of its memory.
    throw trapError({ plugin: name, hook: "instantiation" }, thrown, kernel);
  }
}

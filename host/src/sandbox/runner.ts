import { ZEROED_FUEL_MAX, type Kernel } from "../abi/kernel.ts";
import { assert } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import type { Budget } from "./budget.ts";
import type { CallOrigin } from "./call-names.ts";
import type { ServiceBinding } from "./capabilities/binding.ts";
import type { HostCalls } from "./host-calls.ts";
import type { CompiledModule } from "./compile.ts";
import type { CallLimits, GuestLimits } from "./limits.ts";
import type { Entry, LinkedGuest } from "./linked-guest.ts";
import type { MemoryRoom } from "./memory-room.ts";
import type { CallWatch } from "./profiling/call-watch.ts";
import type { Redact } from "./capabilities/redactor.ts";
import { SlicedCall } from "./sliced-call.ts";
import type { Turn } from "./slices.ts";
import { findStop, framesOf } from "./stop.ts";
import { fuelError, GuestStop, timeError, trapError, zeroedError } from "./trap.ts";

export interface RunnerParts {
  readonly plugin: string;
  readonly kernel: Kernel;
  readonly guest: LinkedGuest;
  readonly room: MemoryRoom;
  /** What it is an instance of. */
  readonly module: CompiledModule;
  readonly limits: GuestLimits;
  readonly hostCalls: HostCalls;
  readonly binding: ServiceBinding | undefined;
  readonly redact: Redact | undefined;
  readonly watch: CallWatch | undefined;
  readonly clock: Clock;
  readonly budget: Budget;
}

/** Within what a function runs, and for whom. */
export interface RunTerms extends CallOrigin {
  readonly limits: CallLimits;
}

/** How a function ended that did not simply return. */
interface Ended {
  readonly entry: Entry;
  readonly limits: CallLimits;
  /** Undefined when it returned. */
  readonly thrown: unknown;
}

/** Runs functions of one instance within their fuel and time. */
export class Runner {
  readonly #parts: RunnerParts;
  readonly #frames: number;
  #sliced: SlicedCall | undefined;
  #isDead = false;
  #isAbandoned = false;
  #lastFuel = 0;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#frames = framesOf(parts.module);
  }

  /** After a trap the guest's memory and stack are in no known state: nothing calls it again. */
  get isDead(): boolean {
    return this.#isDead;
  }

  /** The guest was given up while the host worked for it, and may still be suspended. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Of the last run. After a trap it is the least that was used, except with exact accounting. */
  get lastFuel(): number {
    return this.#lastFuel;
  }

  /** A call begins, which may end before anything of it runs. */
  forget(): void {
    this.#lastFuel = 0;
  }

  /** Runs a function that does not wait: the event loop is its own until it returns. */
  run(entry: Entry, { limits, chain, request }: RunTerms): unknown {
    const { hostCalls, binding, guest, watch } = this.#parts;
    const { fuel } = limits;
    hostCalls.begin(undefined);
    binding?.begin({ chain, request, signal: undefined });
    guest.tank.fill(fuel - entry.prepaid);
    watch?.begin(entry.prepaid);
    const traceLimit = Error.stackTraceLimit;
    Error.stackTraceLimit = this.#frames;
    try {
      const status = entry.call();
      this.#measure(fuel);
      if (this.#lastFuel <= fuel && hostCalls.thrown === undefined) return status;
    } catch (thrown) {
      this.#measure(fuel);
      return this.#fail({ entry, limits, thrown });
    } finally {
      Error.stackTraceLimit = traceLimit;
    }
    return this.#fail({ entry, limits, thrown: undefined });
  }

  /** Runs a function that gives the event loop back: after each slice, and while the host works. */
  async runSliced(entry: Entry, terms: RunTerms): Promise<unknown> {
    const { plugin, hostCalls, binding, guest, clock, budget, watch } = this.#parts;
    const { limits, chain, request, signal } = terms;
    budget.takeSuspended(plugin);
    const within = { tank: guest.tank, clock, limits, chain, request, signal };
    const call = new SlicedCall(within, entry.prepaid);
    this.#sliced = call;
    hostCalls.begin(call);
    binding?.begin(call);
    guest.arm(this.#turn);
    watch?.begin(entry.prepaid);
    const running = entry.callSuspendable();
    const give = (): void => budget.giveSuspended();
    running.then(give, give);
    try {
      const status = await Promise.race([running, call.overdue]);
      this.#leave(call, limits);
      if (this.#lastFuel <= limits.fuel && hostCalls.thrown === undefined) return status;
    } catch (thrown) {
      this.#isAbandoned = call.isWaiting;
      this.#leave(call, limits);
      return this.#fail({ entry, limits, thrown });
    }
    return this.#fail({ entry, limits, thrown: undefined });
  }

  readonly #turn: Turn = async () => {
    const { watch } = this.#parts;
    assert(this.#sliced !== undefined, "only a sliced call has slices");
    watch?.pause();
    const next = await this.#sliced.turn();
    watch?.resume();
    return next;
  };

  #leave(call: SlicedCall, { fuel }: CallLimits): void {
    call.finish();
    this.#parts.guest.disarm();
    this.#measure(fuel - call.reserve);
  }

  /** `given` is what was in the tank, over time. */
  #measure(given: number): void {
    const { guest, hostCalls, kernel, watch } = this.#parts;
    watch?.end();
    const left = hostCalls.thrown?.fuelLeft ?? guest.tank.left;
    this.#lastFuel = given - left + kernel.usedFuel;
  }

  /** Throws the error of a run, unless it ended well after all. */
  #fail({ entry, limits, thrown }: Ended): undefined {
    const { plugin, kernel, hostCalls, redact, guest, room } = this.#parts;
    const stopped = hostCalls.thrown;
    const reason = stopped === undefined ? thrown : stopped.reason;
    // A command says by proc_exit(0) that its start went well.
    if (entry.name === "_start" && reason instanceof GuestStop && reason.exitCode === 0) {
      return undefined;
    }
    this.#isDead = true;
    const used = this.#lastFuel;
    const isFault = kernel.fault() !== undefined;
    const isOut = stopped === undefined && !isFault && used > limits.fuel;
    // What is raised in the kernel would name the kernel's own function, which only misleads.
    const isKernels = isFault || (kernel.isOutOfFuel && !isOut);
    const { module } = this.#parts.module;
    const stop = findStop({ module, memory: guest.memory, redact }, isKernels ? undefined : reason);
    const full = room.explainFull(guest.memoryBytes);
    const { memorySaid } = this.#parts.limits;
    const call = { plugin, hook: entry.name, redact, stop, full, memorySaid };
    if (this.#sliced?.end === "time") {
      throw timeError(call, limits, used);
    }
    if (kernel.isOutOfFuel && limits.fuel > ZEROED_FUEL_MAX) throw zeroedError(call, used);
    if (isOut || kernel.isOutOfFuel) throw fuelError(call, limits, used);
    throw trapError(call, reason, kernel);
  }
}

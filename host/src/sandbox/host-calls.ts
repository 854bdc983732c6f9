import type { Kernel } from "../abi/kernel.ts";
import { assert } from "../lib/assert.ts";
import type { GuestFunction } from "./extism-functions.ts";
import type { FuelTank } from "./fuel.ts";
import type { CallWatch } from "./profiling/call-watch.ts";
import type { SlicedCall } from "./sliced-call.ts";
import { GuestStop } from "./trap.ts";
import { trapGuest } from "./uncatchable.ts";

/** Copying in the host costs what `memory.copy` costs. */
const BYTES_FOR_UNIT = 8;
/** What is larger is decoded, searched or written to disk for its guest: so is every byte beyond. */
const SMALL_BYTES = 1024;

/** Fuel for bytes that the host takes from its guest and gives it. */
export function copyFuel(bytes: number): number {
  return Math.floor(bytes / BYTES_FOR_UNIT) + Math.max(0, bytes - SMALL_BYTES);
}

export interface ThrownByHost {
  readonly reason: unknown;
  /** When it was thrown: afterwards there is none. */
  readonly fuelLeft: number;
}

/**
 * What a guest's calls of the host have in common: they cost fuel, and what they throw ends the
 * guest's call. The guest might catch an exception from JavaScript; it cannot go on without fuel.
 */
export class HostCalls {
  readonly #kernel: Kernel;
  readonly #watch: CallWatch | undefined;
  #tank: FuelTank | undefined;
  #thrown: ThrownByHost | undefined;
  #call: SlicedCall | undefined;

  constructor(kernel: Kernel, watch?: CallWatch) {
    this.#kernel = kernel;
    this.#watch = watch;
  }

  /** Known only when the instance is linked; until then nothing of the guest runs. */
  useTank(tank: FuelTank): void {
    this.#tank = tank;
  }

  /** A call begins; one that cannot be suspended has no `call`. */
  begin(call: SlicedCall | undefined): void {
    this.#thrown = undefined;
    this.#call = call;
    // The host itself may have copied something since.
    this.#kernel.takeCopied();
  }

  /** What a host function threw in this call, whatever the guest made of it. */
  get thrown(): ThrownByHost | undefined {
    return this.#thrown;
  }

  guarded(call: GuestFunction, name: string, fuel: number): GuestFunction {
    return (...parameters) => {
      this.#admit();
      this.#watch?.enterHost(name);
      try {
        return call(...parameters);
      } catch (reason) {
        this.#stop(reason);
        throw reason;
      } finally {
        this.#spend(fuel);
        this.#watch?.leaveHost();
      }
    };
  }

  /** A function that suspends the guest. */
  waiting(call: GuestFunction, name: string, fuel: number): WebAssembly.Suspending {
    return new WebAssembly.Suspending(async (...parameters: never[]) => {
      const current = this.#call;
      assert(current !== undefined, "a guest that waits is called through WebAssembly.promising");
      this.#admit();
      this.#watch?.enterHost(name);
      try {
        const value = await current.wait(async () => call(...parameters));
        // Nobody waits for the guest any more: it is unwound, and must do nothing on its way.
        if (current.isOver) throw new GuestStop("the call is over");
        return value;
      } catch (reason) {
        this.#stop(reason);
        throw reason;
      } finally {
        this.#spend(fuel);
        this.#watch?.leaveHost();
      }
    });
  }

  /**
   * The guest's own code looks at its fuel in loops and where functions begin. Between, there may be
   * thousands of calls of the host: none begins without fuel.
   */
  #admit(): void {
    if (this.#tank === undefined || this.#tank.left >= 0) return;
    if (this.#thrown === undefined && this.#call?.borrow() === true) {
      if (!this.#call.isStubborn) return;
      this.#stop(new GuestStop("it calls the host for too long without a loop or a call between"));
    }
    trapGuest();
  }

  #stop(reason: unknown): void {
    this.#thrown ??= { reason, fuelLeft: this.#tank?.left ?? 0 };
    this.#watch?.stop();
    this.#call?.stop();
    this.#tank?.drain();
  }

  #spend(fuel: number): void {
    this.#tank?.spend(fuel + copyFuel(this.#kernel.takeCopied()));
  }
}

import type { Kernel } from "../../abi/kernel.ts";
import type { FuelTank } from "../fuel.ts";

/** Of a linked guest: what somebody needs who follows its calls. */
export interface WatchedGuest {
  readonly exports: WebAssembly.Exports;
  readonly tank: FuelTank;
  readonly memory: WebAssembly.Memory | undefined;
  readonly kernel: Pick<Kernel, "usedFuel">;
}

/**
 * Follows the calls of one guest and where its fuel goes. Its guest's module tells of its own calls
 * (wasm/profile); the sandbox tells of the rest.
 */
export interface CallWatch {
  /** An instance is linked: nothing of it has run. */
  readonly attach: (guest: WatchedGuest) => void;
  /** The tank is filled for a run; that much of it is spent already. */
  readonly begin: (prepaid: number) => void;
  /** The run is over, however it ended, and the tank is as it left it. */
  readonly end: () => void;
  readonly enterHost: (name: string) => void;
  readonly leaveHost: () => void;
  /** The host is about to change what is in the tank, and has changed it. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** The run is over although the guest has not noticed: what follows counts for nothing. */
  readonly stop: () => void;
}

import { ERRNO, refusalOf, WASI_NAMES, type WasiName } from "../abi/wasi.ts";
import type { Kernel } from "../abi/kernel.ts";
import type { Clock } from "../lib/clock.ts";
import type { FillRandom } from "../lib/random.ts";
import type { GuestFunction } from "./extism-functions.ts";
import type { GuestLog } from "./guest-log.ts";
import { RunningTime, StandingTime, type GuestTime } from "./guest-time.ts";
import { GuestStop } from "./trap.ts";
import { WasiOutput } from "./wasi-output.ts";

/** A wasi-libc asks for 256 bytes at a time; more costs time that nothing meters. */
const RANDOM_BYTES_MAX = 64 * 1024;
const REALTIME = 0;
const MONOTONIC = 1;

export interface WasiState {
  /** Counts what is copied, so that it can be charged. */
  readonly kernel: Pick<Kernel, "countCopied">;
  readonly clock: Clock;
  /** The right `clock`: without it, time stands still during a call. */
  readonly hasClock: boolean;
  readonly fillRandom: FillRandom;
  readonly log: GuestLog;
}

/** WASI preview 1 for one guest (abi/wasi.ts says what works). */
export class WasiFunctions {
  readonly functions: Readonly<Record<string, GuestFunction>>;
  readonly #output: WasiOutput;
  readonly #time: GuestTime;
  #memory: WebAssembly.Memory | undefined;

  constructor(state: WasiState) {
    this.#output = new WasiOutput(state.log, state.kernel);
    this.#time = state.hasClock ? new RunningTime(state.clock) : new StandingTime(state.clock);
    const refused = WASI_NAMES.map((name) => [name, () => refusalOf(name)] as const);
    this.functions = { ...Object.fromEntries(refused), ...this.#createWorking(state) };
  }

  /** Known only after linking: a module's start section runs before, and gets errors. */
  useMemory(memory: unknown): void {
    if (memory instanceof WebAssembly.Memory) this.#memory = memory;
  }

  /** A call begins, or a function that starts the guest. */
  beginCall(): void {
    this.#time.begin();
  }

  endCall(): void {
    this.#output.flush();
  }

  #createWorking({ kernel, fillRandom }: WasiState): Partial<Record<WasiName, GuestFunction>> {
    const time = this.#time;
    // Counts of arguments and variables, and the bytes they take: all zero.
    const putZeros = (count: number, size: number): number => {
      const view = this.#view();
      if (!fits(view, count, 4) || !fits(view, size, 4)) return ERRNO.fault;
      view.setUint32(count >>> 0, 0, true);
      view.setUint32(size >>> 0, 0, true);
      return ERRNO.success;
    };
    const putTime = (address: number, nanoseconds: bigint): number => {
      const view = this.#view();
      if (!fits(view, address, 8)) return ERRNO.fault;
      view.setBigUint64(address >>> 0, nanoseconds, true);
      return ERRNO.success;
    };
    return {
      args_get: () => ERRNO.success,
      args_sizes_get: putZeros,
      environ_get: () => ERRNO.success,
      environ_sizes_get: putZeros,
      sched_yield: () => ERRNO.success,
      clock_res_get: (_id: number, address: number) => putTime(address, time.resolution),
      clock_time_get: (id: number, _precision: bigint, address: number) => {
        if (id === REALTIME) return putTime(address, time.wall());
        if (id === MONOTONIC) return putTime(address, time.monotonic());
        return ERRNO.inval;
      },
      random_get: (address: number, length: number) => {
        const view = this.#view();
        if (!fits(view, address, length >>> 0)) return ERRNO.fault;
        if (length >>> 0 > RANDOM_BYTES_MAX) return ERRNO.inval;
        kernel.countCopied(length);
        fillRandom(new Uint8Array(view.buffer, address >>> 0, length));
        return ERRNO.success;
      },
      fd_write: (fd: number, vectors: number, count: number, written: number) => {
        const view = this.#view();
        if (!fits(view, written, 4)) return ERRNO.fault;
        const result = this.#output.write(fd, view, { address: vectors >>> 0, count: count >>> 0 });
        if (result.kind === "refused") return result.errno;
        view.setUint32(written >>> 0, result.bytes, true);
        return ERRNO.success;
      },
      proc_exit: (code: number) => {
        throw new GuestStop(`proc_exit(${code})`, code);
      },
    };
  }

  #view(): DataView<ArrayBuffer> {
    return new DataView(this.#memory?.buffer ?? NO_MEMORY);
  }
}

const NO_MEMORY = new ArrayBuffer(0);

/** Whether `length` bytes at an address from the guest lie in its memory. */
function fits(view: DataView, address: number, length: number): boolean {
  return length <= view.byteLength && address >>> 0 <= view.byteLength - length;
}

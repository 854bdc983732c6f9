import { SERVICES, SERVICES_NAMESPACE } from "../services.ts";

type HostFunctions = Readonly<Record<string, (...values: never[]) => unknown>>;

/**
 * The world a plugin sees while it is evaluated for its snapshot: a clock that stands still, random
 * numbers that are none, a log that is kept. It says what was used, so that the build can warn.
 */
export class BuildKernel {
  /** Top-level code read the clock, or drew random numbers. */
  readClock = false;
  readRandom = false;
  readonly logs: string[] = [];
  /** Called while the clock is read. */
  onClock: (() => void) | undefined;

  #memory: WebAssembly.Memory | undefined;
  #trace: () => string = () => "";
  #blocks = new Uint8Array(KERNEL_BYTES);
  #end = 8;

  /** The memory of the instance that `imports` were given to, and where its code just is. */
  attach(memory: WebAssembly.Memory, trace: () => string): void {
    this.#memory = memory;
    this.#trace = trace;
  }

  get imports(): WebAssembly.Imports {
    return {
      wasi_snapshot_preview1: {
        clock_time_get: (_clock: number, _precision: bigint, to: number) => {
          this.readClock = true;
          this.onClock?.();
          this.#guestView().setBigUint64(to, BUILD_TIME_NS, true);
          return 0;
        },
        random_get: (to: number, length: number) => {
          this.readRandom = true;
          new Uint8Array(this.#guestView().buffer, to, length).fill(RANDOM_BYTE);
          return 0;
        },
      },
      "extism:host/env": { ...this.#memoryFunctions(), ...this.#hostFunctions() },
      [SERVICES_NAMESPACE]: this.#services(),
    };
  }

  #guestView(): DataView {
    if (this.#memory === undefined) throw new Error("the kernel has no memory yet");
    return new DataView(this.#memory.buffer);
  }

  #memoryFunctions(): HostFunctions {
    const view = new DataView(this.#blocks.buffer);
    return {
      alloc: (length: bigint) => this.#alloc(Number(length)),
      free: () => undefined,
      length: (block: bigint) => view.getBigUint64(Number(block) - 8, true),
      load_u8: (at: bigint) => view.getUint8(Number(at)),
      load_u64: (at: bigint) => view.getBigUint64(Number(at), true),
      store_u8: (at: bigint, value: number) => view.setUint8(Number(at), value),
      store_u64: (at: bigint, value: bigint) => view.setBigUint64(Number(at), value, true),
    };
  }

  #hostFunctions(): HostFunctions {
    const refuseTransfer = (): never =>
      this.#refuse("there is no input and no output outside of a hook");
    const keepLog = (block: bigint): void => {
      this.logs.push(this.#text(block));
      this.#end = 8;
    };
    return {
      log_debug: keepLog,
      log_info: keepLog,
      log_warn: keepLog,
      log_error: keepLog,
      config_get: () => this.#refuse("the configuration is not known yet: read it in a hook"),
      input_length: refuseTransfer,
      input_load_u8: refuseTransfer,
      input_load_u64: refuseTransfer,
      output_set: refuseTransfer,
      error_set: refuseTransfer,
    };
  }

  #services(): HostFunctions {
    const refuse = (): never =>
      this.#refuse("the host's functions answer only in hooks: call them in initialize or another");
    return Object.fromEntries(SERVICES.map(({ name }) => [name, refuse]));
  }

  #refuse(message: string): never {
    throw new TopLevelUseError(message, this.#trace());
  }

  #alloc(length: number): bigint {
    const block = this.#end + 8;
    if (block + length > KERNEL_BYTES) return 0n;
    new DataView(this.#blocks.buffer).setBigUint64(block - 8, BigInt(length), true);
    this.#end = (block + length + 7) & ~7;
    return BigInt(block);
  }

  #text(block: bigint): string {
    const start = Number(block);
    const length = Number(new DataView(this.#blocks.buffer).getBigUint64(start - 8, true));
    return new TextDecoder().decode(this.#blocks.subarray(start, start + length));
  }
}

/** Top-level code used something that exists only within a hook. */
export class TopLevelUseError extends Error {
  override readonly name = "TopLevelUseError";
  /** Frames of the plugin's code, as the engine prints them. */
  readonly trace: string;

  constructor(message: string, trace: string) {
    super(message);
    this.trace = trace;
  }
}

const KERNEL_BYTES = 65_536;
/** 2023-11-14T22:13:20Z: any time will do that is the same in every build. */
const BUILD_TIME_NS = 1_700_000_000_000_000_000n;
const RANDOM_BYTE = 0x42;

import { isHookName } from "../contracts/hooks.ts";
import { assert } from "../lib/assert.ts";
import {
  EXHAUSTED_EXPORT,
  FILL_EXPORT,
  LEFT_EXPORT,
  MEMORY_EXPORT,
  ROOM_EXPORT,
  START_EXPORT,
} from "../wasm/reserved.ts";
import type { CompiledModule } from "./compile.ts";
import { FuelTank } from "./fuel.ts";
import { linkedExport } from "./sdk-names.ts";
import { Slicer, type Turn } from "./slices.ts";

/** A function of a guest that the host calls. */
export class Entry {
  readonly name: string;
  /** Fuel that the function takes for granted: its caller pays. */
  readonly prepaid: number;
  readonly call: () => unknown;
  #promising: (() => Promise<unknown>) | undefined;

  constructor(name: string, call: () => unknown, prepaid: number) {
    this.name = name;
    this.call = call;
    this.prepaid = prepaid;
  }

  /** The same with the right to be suspended. */
  async callSuspendable(): Promise<unknown> {
    this.#promising ??= WebAssembly.promising(this.call);
    return this.#promising();
  }
}

/**
 * How a module wants to be started, in the order in which its functions run: its start section, a
 * reactor's or a command's constructors, then Haskell's runtime.
 */
export const STARTERS: readonly (readonly string[])[] = [
  [START_EXPORT],
  ["_initialize", "_start"],
  ["hs_init"],
];

/** The exports of an instance, as far as the host uses them. */
export class LinkedGuest {
  readonly tank: FuelTank;
  /** Bytes that it may still grow by. */
  readonly room: WebAssembly.Global<bigint>;
  /** The memory that it shows. */
  readonly memory: WebAssembly.Memory | undefined;
  /** The one that it has. */
  readonly #memory: WebAssembly.Memory | undefined;
  /** What starts it, in order. */
  readonly starters: readonly Entry[];
  readonly #hooks: ReadonlyMap<string, Entry>;
  readonly #slot: WebAssembly.Table;
  #slicer: Slicer | undefined;
  #bytes = new Uint8Array(0);

  constructor(exports: WebAssembly.Exports, { entryFuel }: CompiledModule) {
    const { memory, [MEMORY_EXPORT]: ownMemory, [EXHAUSTED_EXPORT]: slot } = exports;
    const { [FILL_EXPORT]: fill, [LEFT_EXPORT]: left, [ROOM_EXPORT]: room } = exports;
    assert(isCallable(fill) && isCallable(left), "a rewritten module has its fuel");
    assert(isInteger(room), "a rewritten module exports its room");
    assert(slot instanceof WebAssembly.Table, "a rewritten module exports its slot");
    this.tank = new FuelTank(fill, () => Number(left()));
    this.#slot = slot;
    this.room = room;
    this.memory = memory instanceof WebAssembly.Memory ? memory : undefined;
    this.#memory = ownMemory instanceof WebAssembly.Memory ? ownMemory : undefined;
    const entryOf = (name: string): Entry[] => {
      const call = exports[linkedExport(name)];
      const shown = name === START_EXPORT ? "the start function" : name;
      return isCallable(call) ? [new Entry(shown, call, entryFuel.get(name) ?? 0)] : [];
    };
    this.starters = STARTERS.flatMap((names) => names.flatMap(entryOf).slice(0, 1));
    const hooks = Object.keys(exports).filter(isHookName).flatMap(entryOf);
    this.#hooks = new Map(hooks.map((entry) => [entry.name, entry]));
  }

  hook(name: string): Entry | undefined {
    return this.#hooks.get(name);
  }

  get memoryBytes(): number {
    // Growing detaches the view, which then has no length; asking the memory itself takes 20 ns.
    if (this.#bytes.length === 0 && this.#memory !== undefined) {
      this.#bytes = new Uint8Array(this.#memory.buffer);
    }
    return this.#bytes.length;
  }

  /** Calls that may be suspended are sliced; `turn` is what happens at the end of a slice. */
  arm(turn: Turn): void {
    this.#slicer ??= new Slicer(this.#slot, turn);
    this.#slicer.arm();
  }

  disarm(): void {
    this.#slicer?.disarm();
  }
}

function isInteger(value: unknown): value is WebAssembly.Global<bigint> {
  return value instanceof WebAssembly.Global && typeof value.value === "bigint";
}

/** Type and presence were checked at load (abi/check.ts). */
function isCallable(value: unknown): value is (...numbers: number[]) => unknown {
  return typeof value === "function";
}

import { Buffer } from "node:buffer";
import { assert } from "../../lib/assert.ts";
import type { Clock } from "../../lib/clock.ts";
import type { FillRandom } from "../../lib/random.ts";
import type { BoundServices, ServiceBinding } from "../capabilities/binding.ts";
import type { BlockMemory } from "../capabilities/call-context.ts";
import type { GuestFunction } from "../extism-functions.ts";
import { GuestStop } from "../trap.ts";
import {
  toTapeNumber,
  type BlockStep,
  type Tape,
  type TapeAnswer,
  type TapeEvent,
} from "./tape.ts";

/** A function that is at work: a guest waits for one at a time. */
interface OpenCall {
  readonly name: string;
  readonly parameters: readonly (number | bigint)[];
  readonly blocks: BlockStep[];
}

/** Notes what a guest is told. */
export class TapeRecorder implements Tape {
  readonly #events: TapeEvent[] = [];
  #open: OpenCall | undefined;

  /** What has been told so far. A function that is still at work is not in it. */
  get events(): readonly TapeEvent[] {
    return this.#events;
  }

  services({ bind, redact }: BoundServices): BoundServices {
    return {
      redact,
      bind: (memory) => {
        const binding = bind(this.#noteBlocks(memory));
        return { ...binding, functions: this.#noteFunctions(binding) };
      },
    };
  }

  clock({ now, monotonicMs, sleep }: Clock): Clock {
    const note = (clock: "wall" | "monotonic", value: number): number => {
      this.#events.push({ kind: "time", clock, value });
      return value;
    };
    return {
      now: () => note("wall", now()),
      monotonicMs: () => note("monotonic", monotonicMs()),
      sleep,
    };
  }

  fillRandom(world: FillRandom): FillRandom {
    return (bytes) => {
      world(bytes);
      this.#events.push({ kind: "random", bytes: toBase64(bytes) });
    };
  }

  #noteBlocks(memory: BlockMemory): BlockMemory {
    const note = (step: BlockStep): void => {
      assert(this.#open !== undefined, "blocks are touched by functions at work");
      this.#open.blocks.push(step);
    };
    return {
      readBytes: (address) => {
        const bytes = memory.readBytes(address);
        const noted = bytes === undefined ? null : toBase64(bytes);
        note({ kind: "read", address: String(address), bytes: noted });
        return bytes;
      },
      free: (address) => {
        memory.free(address);
        note({ kind: "free", address: String(address) });
      },
      store: (bytes) => {
        const address = memory.store(bytes);
        note({ kind: "store", address: String(address), bytes: toBase64(bytes) });
        return address;
      },
    };
  }

  #noteFunctions({ functions }: ServiceBinding): ServiceBinding["functions"] {
    const noteAll = (
      known: Readonly<Record<string, GuestFunction>>,
    ): Record<string, GuestFunction> =>
      Object.fromEntries(
        Object.entries(known).map(([name, call]) => [name, this.#noteFunction(name, call)]),
      );
    return Object.fromEntries(
      Object.entries(functions).map(([namespace, known]) => [namespace, noteAll(known)]),
    );
  }

  #noteFunction(name: string, call: (...parameters: never[]) => unknown): GuestFunction {
    return (...parameters) => {
      const open: OpenCall = { name, parameters, blocks: [] };
      this.#open = open;
      try {
        const answer = call(...parameters);
        if (!(answer instanceof Promise)) return this.#returned(open, answer);
        return answer.then(
          (value: unknown) => this.#returned(open, value),
          (thrown: unknown) => this.#threw(open, thrown),
        );
      } catch (thrown) {
        return this.#threw(open, thrown);
      }
    };
  }

  #returned(open: OpenCall, value: unknown): unknown {
    assert(
      value === undefined || typeof value === "number" || typeof value === "bigint",
      "functions answer numbers",
    );
    this.#close(open, {
      kind: "returned",
      value: value === undefined ? null : toTapeNumber(value),
    });
    return value;
  }

  /** Bugs of the host are in no recording. */
  #threw(open: OpenCall, thrown: unknown): never {
    if (thrown instanceof GuestStop) this.#close(open, { kind: "stopped", reason: thrown.message });
    throw thrown;
  }

  #close({ name, parameters, blocks }: OpenCall, answer: TapeAnswer): void {
    this.#open = undefined;
    const numbers = parameters.map(toTapeNumber);
    this.#events.push({ kind: "call", name, parameters: numbers, blocks, answer });
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

import { Buffer } from "node:buffer";
import { EXTISM_NAMESPACE, HOST_FUNCTIONS, USER_NAMESPACE } from "../../abi/v1.ts";
import type { Clock } from "../../lib/clock.ts";
import type { FillRandom } from "../../lib/random.ts";
import type { BoundServices, ServiceBinding } from "../capabilities/binding.ts";
import type { BlockMemory } from "../capabilities/call-context.ts";
import type { GuestFunction } from "../extism-functions.ts";
import { GuestStop } from "../trap.ts";
import { fromTapeNumber, toTapeNumber } from "./tape.ts";
import type { BlockStep, Tape, TapeAnswer, TapeCall, TapeEvent } from "./tape.ts";

/** Where a guest did something else than was recorded. */
export interface Divergence {
  /** Which event of the tape it is, counted from 0. */
  readonly event: number;
  readonly recorded: string;
  readonly found: string;
}

/**
 * Tells a guest what was recorded, in the order in which it was. The world behind it is never asked.
 * A guest that asks for something else is stopped.
 */
export class TapePlayer implements Tape {
  readonly #events: readonly TapeEvent[];
  #next = 0;
  #divergence: Divergence | undefined;

  constructor(events: readonly TapeEvent[]) {
    this.#events = events;
  }

  /** The first one; what was recorded and never asked for is one, once the guest is done. */
  get divergence(): Divergence | undefined {
    if (this.#divergence !== undefined) return this.#divergence;
    const left = this.#events[this.#next];
    if (left === undefined) return undefined;
    return { event: this.#next, recorded: describe(left), found: THE_END };
  }

  services(): BoundServices {
    return {
      // Nothing secret is in this process, unless it is in the recording.
      redact: (text) => text,
      bind: (memory) => ({
        functions: this.#functions(memory),
        begin: () => undefined,
        end: () => undefined,
      }),
    };
  }

  clock({ sleep }: Clock): Clock {
    return {
      now: () => this.#time("wall"),
      monotonicMs: () => this.#time("monotonic"),
      sleep,
    };
  }

  fillRandom(): FillRandom {
    return (bytes) => {
      const found = (): string => `${bytes.length} random bytes`;
      const event = this.#take("random", found);
      const recorded = Buffer.from(event?.bytes ?? "", "base64");
      if (recorded.length === bytes.length) bytes.set(recorded);
      else if (event !== undefined) this.#diverge(describe(event), found());
    };
  }

  #functions(memory: BlockMemory): ServiceBinding["functions"] {
    const functions: Record<string, Record<string, GuestFunction>> = {};
    for (const { namespace, name, isAsync } of HOST_FUNCTIONS) {
      const isBound = namespace === USER_NAMESPACE || name.startsWith("http_");
      if (!isBound || (namespace !== USER_NAMESPACE && namespace !== EXTISM_NAMESPACE)) continue;
      const play = (...parameters: readonly (number | bigint)[]): unknown =>
        this.#play(memory, name, parameters);
      (functions[namespace] ??= {})[name] = isAsync ? async (...given) => play(...given) : play;
    }
    return functions;
  }

  #play(memory: BlockMemory, name: string, parameters: readonly (number | bigint)[]): unknown {
    const asked = { name, parameters: parameters.map(toTapeNumber) };
    const found = (): string => printCall(asked, (address) => textIn(memory, address));
    const event = this.#take("call", found);
    if (event === undefined) throw stray();
    if (!isSameCall(event, asked)) {
      this.#diverge(describe(event), found());
      throw stray();
    }
    for (const step of event.blocks) this.#repeat(step, event, memory);
    return answerOf(event.answer);
  }

  /** The function does to the guest's blocks what it did, which costs what it cost. */
  #repeat(step: BlockStep, event: TapeCall, memory: BlockMemory): void {
    const address = BigInt(step.address);
    if (step.kind === "free") return memory.free(address);
    if (step.kind === "read") {
      const bytes = memory.readBytes(address);
      const found = bytes === undefined ? null : Buffer.from(bytes).toString("base64");
      if (found === step.bytes) return;
      this.#diverge(describe(event), `${event.name} with ${printBytes(found)}`);
      throw stray();
    }
    const stored = memory.store(Buffer.from(step.bytes, "base64"));
    if (stored === address) return;
    this.#diverge(`an answer of ${event.name} at ${address}`, `one at ${stored}`);
    throw stray();
  }

  /** The host itself may ask for the guest: a divergence is noted, and stops nothing. */
  #time(clock: "wall" | "monotonic"): number {
    const found = (): string => `a look at the ${clock} clock`;
    const event = this.#take("time", found);
    if (event === undefined) return 0;
    if (event.clock !== clock) this.#diverge(describe(event), found());
    return event.value;
  }

  /** The next event, if it is of the kind that is asked for. */
  #take<Kind extends TapeEvent["kind"]>(
    kind: Kind,
    found: () => string,
  ): Extract<TapeEvent, { readonly kind: Kind }> | undefined {
    const event = this.#events[this.#next];
    if (this.#divergence !== undefined) return undefined;
    if (event !== undefined && isKind(event, kind)) {
      this.#next++;
      return event;
    }
    this.#diverge(event === undefined ? THE_END : describe(event), found(), this.#next);
    return undefined;
  }

  /** By default at the event that was taken last. */
  #diverge(recorded: string, found: string, event: number = this.#next - 1): void {
    this.#divergence ??= { event, recorded, found };
  }
}

const THE_END = "the end of the call";

/** Ends the guest's call. */
function stray(): GuestStop {
  return new GuestStop("it asks for something else than was recorded");
}

function isKind<Kind extends TapeEvent["kind"]>(
  event: TapeEvent,
  kind: Kind,
): event is Extract<TapeEvent, { readonly kind: Kind }> {
  return event.kind === kind;
}

function answerOf(answer: TapeAnswer): unknown {
  if (answer.kind === "stopped") throw new GuestStop(answer.reason);
  return answer.value === null ? undefined : fromTapeNumber(answer.value);
}

function describe(event: TapeEvent): string {
  switch (event.kind) {
    case "call":
      return printCall(event, (address) => {
        const read = event.blocks.find((step) => step.kind === "read" && step.address === address);
        return read?.kind === "read" ? printBytes(read.bytes) : undefined;
      });
    case "time":
      return `a look at the ${event.clock} clock`;
    case "random":
      return `${Buffer.from(event.bytes, "base64").length} random bytes`;
  }
}

type Asked = Pick<TapeCall, "name" | "parameters">;

function isSameCall(a: Asked, b: Asked): boolean {
  return a.name === b.name && a.parameters.join() === b.parameters.join();
}

/** `bw_kv_get("counter")`: `textOf` says what lies at an address. */
function printCall(
  { name, parameters }: Asked,
  textOf: (address: string) => string | undefined,
): string {
  const shown = parameters.map((value) =>
    typeof value === "string" ? (textOf(value) ?? value) : String(value),
  );
  return `${name}(${shown.join(", ")})`;
}

function textIn(memory: BlockMemory, address: string): string | undefined {
  const bytes = memory.readBytes(BigInt(address));
  return bytes && printBytes(Buffer.from(bytes).toString("base64"));
}

const SHOWN_BYTES_MAX = 60;

function printBytes(base64: string | null): string {
  if (base64 === null) return "no bytes";
  const text = Buffer.from(base64, "base64").toString("utf8");
  const cut = text.length > SHOWN_BYTES_MAX ? `${text.slice(0, SHOWN_BYTES_MAX)}…` : text;
  return JSON.stringify(cut);
}

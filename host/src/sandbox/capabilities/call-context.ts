import { Buffer, isUtf8 } from "node:buffer";
import type { Kernel } from "../../abi/kernel.ts";
import { CAPABILITY_FAULTS } from "../../contracts/capabilities.ts";
import type { CallOrigin } from "../call-names.ts";
import { CapabilityError } from "./capability-error.ts";
import type { HttpBudget } from "./http/http-client.ts";

/** Longer than every name and key that means something: whoever says it again says it whole. */
const NAME_BYTES_MAX = 1024;

/** What a function answers: a block of bytes or text, a number, or nothing. */
export type Answer = Uint8Array | string | bigint | undefined;

const NOBODY: CallOrigin = { chain: [] };

/** An invocation of the plugin, as far as its functions need to know it. */
export interface Invocation extends CallOrigin {
  readonly signal: AbortSignal | undefined;
}

/** Where a guest's blocks lie: its kernel, or what came of them to another process. */
export type BlockMemory = Pick<Kernel, "readBytes" | "free" | "store">;

/**
 * Between a guest's numbers and the services: one for each instance, and each invocation begins with
 * nothing of the one before.
 */
export class CallContext {
  readonly #memory: BlockMemory;
  #error: string | undefined;
  #invocation: Invocation | undefined;
  #httpBudget: HttpBudget = { sent: 0, open: 0 };

  constructor(memory: BlockMemory) {
    this.#memory = memory;
  }

  begin(invocation: Invocation): void {
    this.#invocation = invocation;
    this.#error = undefined;
    this.#httpBudget = { sent: 0, open: 0 };
  }

  /** An idle instance holds on to nothing of its last call, which may be a request with its body. */
  end(): void {
    this.#invocation = undefined;
  }

  get error(): string | undefined {
    return this.#error;
  }

  get httpBudget(): HttpBudget {
    return this.#httpBudget;
  }

  get signal(): AbortSignal | undefined {
    return this.#invocation?.signal;
  }

  get origin(): CallOrigin {
    return this.#invocation ?? NOBODY;
  }

  /** The bytes of a block. What is no block has none. */
  read(address: bigint): Uint8Array {
    return this.#memory.readBytes(address) ?? new Uint8Array(0);
  }

  free(address: bigint): void {
    this.#memory.free(address);
  }

  /** The bytes of a block that the guest hands over: it is freed. */
  take(address: bigint): Uint8Array {
    const bytes = this.read(address);
    this.free(address);
    return bytes;
  }

  /** A name or a key, unless more bytes are expected. */
  takeText(address: bigint, bytesMax: number = NAME_BYTES_MAX): string {
    const text = this.readText(address, bytesMax);
    this.free(address);
    return text;
  }

  /** The bytes of a block as text. Two keys that are no UTF-8 must not become one. */
  readText(address: bigint, bytesMax: number): string {
    const bytes = this.read(address);
    if (bytes.length > bytesMax) {
      const message = `a text has ${bytes.length} bytes, here at most ${bytesMax} are read`;
      throw new CapabilityError("too_large", message);
    }
    if (!isUtf8(bytes)) throw new CapabilityError("invalid", "a text is not UTF-8");
    return Buffer.from(bytes).toString("utf8");
  }

  /** Runs a function and turns its answer or fault into a number. Bugs of the host go on. */
  answer(work: () => Answer): bigint {
    try {
      return this.#give(work());
    } catch (thrown) {
      return this.#fail(thrown);
    }
  }

  /** The same for one that waits. */
  async answerLater(work: () => Promise<Answer>): Promise<bigint> {
    try {
      return this.#give(await work());
    } catch (thrown) {
      return this.#fail(thrown);
    }
  }

  #give(answer: Answer): bigint {
    if (answer === undefined) return 0n;
    if (typeof answer === "bigint") return answer;
    const bytes = typeof answer === "string" ? Buffer.from(answer) : answer;
    const address = this.#memory.store(bytes);
    if (address !== 0n) return address;
    const message = `an answer of ${bytes.length} bytes does not fit into what is left of kernel memory`;
    throw new CapabilityError("too_large", message);
  }

  #fail(thrown: unknown): bigint {
    if (!(thrown instanceof CapabilityError)) throw thrown;
    this.#error = thrown.message;
    return BigInt(CAPABILITY_FAULTS[thrown.fault]);
  }
}

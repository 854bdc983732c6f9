import type { BlockMemory } from "../capabilities/call-context.ts";
import type { Parameter } from "./questions.ts";

/**
 * The blocks of one question in place of a guest's kernel memory: what the host's functions are given
 * are their places in it, and what they answer with stays here.
 */
export class QuestionMemory implements BlockMemory {
  #blocks: readonly Parameter[] = [];
  #stored: Uint8Array | undefined;

  /** A new question: answers the parameters as the guest gave them. */
  open(parameters: readonly Parameter[]): bigint[] {
    this.#blocks = parameters;
    this.#stored = undefined;
    return parameters.map((each, index) => {
      if (typeof each === "bigint") return each;
      return each === undefined ? 0n : BigInt(index + 1);
    });
  }

  /** The answer, if it is a block. */
  takeStored(): Uint8Array | undefined {
    const stored = this.#stored;
    this.#stored = undefined;
    return stored;
  }

  /** A copy, since what came over the pipe is lent. */
  readBytes(address: bigint): Uint8Array<ArrayBuffer> | undefined {
    const block = this.#blocks[Number(address) - 1];
    return block instanceof Uint8Array ? Uint8Array.from(block) : undefined;
  }

  free(): void {
    // The guest's process has done it already.
  }

  /** There is room for everything here: whether there is in the guest is seen over there. */
  store(bytes: Uint8Array): bigint {
    this.#stored = bytes;
    return 1n;
  }
}

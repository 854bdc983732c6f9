import type { MemoryRoom } from "./memory-room.ts";
import { GuestStop } from "./trap.ts";

const VARIABLES_MAX = 1000;

/**
 * Variables of the Extism ABI. What initialize sets, every call finds; what a call sets is gone when
 * it ends, so that no request sees the data of another one.
 */
export class Variables {
  readonly #bytesMax: number;
  #room: Pick<MemoryRoom, "take" | "give"> | undefined;
  /** What is taken of the room: at least as much as the initial variables need. */
  #taken = 0;
  #takenInitially = 0;
  /** Undefined until the guest is initialized: what it sets before is what it starts with. */
  #initial: ReadonlyMap<string, Uint8Array> | undefined;
  #current = new Map<string, Uint8Array>();
  /** Of their keys and values. */
  #bytes = 0;
  #bytesInitially = 0;
  #isChanged = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** From now on they take of what the guest has. */
  useRoom(room: Pick<MemoryRoom, "take" | "give">): void {
    this.#room = room;
  }

  get(key: string): Uint8Array | undefined {
    return this.#current.get(key);
  }

  set(key: string, value: Uint8Array): void {
    const bytes = this.#bytes - this.#sizeOf(key) + key.length + value.length;
    const count = this.#current.size + (this.#current.has(key) ? 0 : 1);
    // The guest may catch what is thrown, so nothing is set before.
    if (bytes > this.#bytesMax || count > VARIABLES_MAX) {
      throw new GuestStop(
        `var_set takes more than ${this.#bytesMax} bytes or ${VARIABLES_MAX} variables`,
      );
    }
    if (!this.#take(Math.max(bytes, this.#takenInitially))) {
      throw new GuestStop("var_set takes more than is left of the plugin's memory");
    }
    this.#current.set(key, value);
    this.#bytes = bytes;
    this.#isChanged = true;
  }

  delete(key: string): void {
    this.#bytes -= this.#sizeOf(key);
    this.#current.delete(key);
    this.#isChanged = true;
  }

  /** From now on every call starts with what is set now. */
  keep(): void {
    this.#initial = new Map(this.#current);
    this.#bytesInitially = this.#bytes;
    this.#takenInitially = this.#taken;
    this.#isChanged = false;
  }

  endCall(): void {
    if (!this.#isChanged || this.#initial === undefined) return;
    this.#current = new Map(this.#initial);
    this.#bytes = this.#bytesInitially;
    this.#isChanged = false;
    this.#take(this.#takenInitially);
  }

  /** What a variable takes; nothing if there is none. */
  #sizeOf(key: string): number {
    const value = this.#current.get(key);
    return value === undefined ? 0 : key.length + value.length;
  }

  #take(bytes: number): boolean {
    const more = bytes - this.#taken;
    if (more > 0 && this.#room?.take(more) === false) return false;
    if (more < 0) this.#room?.give(-more);
    this.#taken = bytes;
    return true;
  }
}

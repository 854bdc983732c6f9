import type { ByteWriter } from "../binary/byte-writer.ts";
import { EMPTY_BLOCK, OP } from "../instructions.ts";

/** What the injected code refers to: appended behind what the module had in its index spaces. */
export interface Injected {
  /** A mutable i64 global: the fuel left. */
  readonly fuelGlobal: number;
  /** Another one: the bytes left to grow by. */
  readonly roomGlobal: number;
  /** A function without parameters to call when it is gone. */
  readonly exhaustedFunction: number;
  /** Work on more bytes or slots than this fails without having done any. */
  readonly operandMax: bigint;
}

/** Counted from inside an `if` at the header of the loop inside. */
const WRAPPING_LOOP_LABEL = 2;

/**
 * Writes the code that counts in one function: in the global, or within regions in a local that is
 * loaded when a region begins and stored where control leaves it.
 */
export class Counter {
  readonly #writer: ByteWriter;
  readonly #injected: Injected;
  readonly #local: number;
  /** Inside regions the global is written too. */
  readonly #writesThrough: boolean;
  isInRegion = false;

  constructor(writer: ByteWriter, injected: Injected, local: number, writesThrough: boolean) {
    this.#writer = writer;
    this.#injected = injected;
    this.#local = local;
    this.#writesThrough = writesThrough;
  }

  /** Puts the fuel left on the stack. */
  load(): void {
    if (this.isInRegion) this.#onLocal(OP.localGet);
    else this.#onGlobal(OP.globalGet);
  }

  /** Takes the amount on the stack from the counter below it; leaves the rest there for a check. */
  spend(isChecked: boolean): void {
    this.#writer.u8(OP.i64Sub);
    if (this.isInRegion && !this.#writesThrough) {
      this.#onLocal(isChecked ? OP.localTee : OP.localSet);
      return;
    }
    if (this.isInRegion || isChecked) this.#onLocal(OP.localTee);
    this.#onGlobal(OP.globalSet);
    if (isChecked) this.#onLocal(OP.localGet);
  }

  /**
   * Looks at the counter on the stack. The host may refuel while the function is being called.
   * Returns where the branch is that is hardly ever taken.
   */
  check(): number {
    const branch = this.#ifBelowZero();
    this.#callExhausted();
    this.#writer.u8(OP.end);
    return branch;
  }

  /** The same at the header of a wrapped loop: begins the iteration again from the loop around. */
  checkWrapped(cost: number): number {
    const branch = this.#ifBelowZero();
    this.#callExhausted();
    this.#onLocal(OP.localGet);
    this.#writer.u8(OP.i64Const);
    this.#writer.s32(cost);
    this.#writer.u8(OP.i64Add);
    this.#onLocal(OP.localSet);
    this.#writer.u8(OP.br);
    this.#writer.u32(WRAPPING_LOOP_LABEL);
    this.#writer.u8(OP.end);
    return branch;
  }

  /** Makes the global right, before somebody else may look at it. */
  flush(): void {
    if (this.#writesThrough) return;
    this.#onLocal(OP.localGet);
    this.#onGlobal(OP.globalSet);
  }

  /** Makes the local right, after somebody else may have changed the global. */
  reload(): void {
    this.#onGlobal(OP.globalGet);
    this.#onLocal(OP.localSet);
  }

  #ifBelowZero(): number {
    this.#writer.u8(OP.i64Const);
    this.#writer.u8(0);
    this.#writer.u8(OP.i64LtS);
    const branch = this.#writer.length;
    this.#writer.u8(OP.if);
    this.#writer.u8(EMPTY_BLOCK);
    return branch;
  }

  #callExhausted(): void {
    if (this.isInRegion) this.flush();
    this.#writer.u8(OP.call);
    this.#writer.u32(this.#injected.exhaustedFunction);
    if (this.isInRegion) this.reload();
  }

  #onGlobal(opcode: number): void {
    this.#writer.u8(opcode);
    this.#writer.u32(this.#injected.fuelGlobal);
  }

  #onLocal(opcode: number): void {
    this.#writer.u8(opcode);
    this.#writer.u32(this.#local);
  }
}

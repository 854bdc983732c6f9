import type { ByteWriter } from "../binary/byte-writer.ts";
import { OP } from "../instructions.ts";
import { PAGE_BYTES } from "../limits.ts";
import { WORK } from "./bulk-work.ts";

/** What V8 takes for a slot of a table, with what it leaves behind when a table moves. */
export const SLOT_BYTES = 48;

interface GrowthOperand {
  /** The local with the pages or slots to grow by. */
  readonly operand: number;
  /** It has 64 bits. */
  readonly isWide: boolean;
}

/**
 * Keeps one instruction that grows a memory or a table within the room that the guest has for all of
 * them together: the maximum that each has of its own would let them add up.
 */
export class Growth {
  readonly #writer: ByteWriter;
  readonly #room: number;
  readonly #bytesEach: number;
  readonly #operand: GrowthOperand;

  constructor(writer: ByteWriter, roomGlobal: number, work: number, operand: GrowthOperand) {
    this.#writer = writer;
    this.#room = roomGlobal;
    this.#bytesEach = work === WORK.pages ? PAGE_BYTES : SLOT_BYTES;
    this.#operand = operand;
  }

  /** Before it: puts an operand with which it always fails into the place of one that is too large. */
  failWithoutRoom(): void {
    const writer = this.#writer;
    writer.u8(this.#operand.isWide ? OP.i64Const : OP.i32Const);
    writer.s32(-1);
    this.#bytes();
    writer.u8(OP.globalGet);
    writer.u32(this.#room);
    writer.u8(OP.i64LeU);
    writer.u8(OP.select);
  }

  /** Behind it, when it has succeeded. */
  takeRoom(): void {
    const writer = this.#writer;
    writer.u8(OP.globalGet);
    writer.u32(this.#room);
    this.#bytes();
    writer.u8(OP.i64Sub);
    writer.u8(OP.globalSet);
    writer.u32(this.#room);
  }

  /** An operand of 64 bits may wrap: then it is too large for V8. */
  #bytes(): void {
    const { operand, isWide } = this.#operand;
    const writer = this.#writer;
    writer.u8(OP.localGet);
    writer.u32(operand);
    if (!isWide) writer.u8(OP.i64ExtendI32U);
    writer.u8(OP.i64Const);
    writer.s32(this.#bytesEach);
    writer.u8(OP.i64Mul);
  }
}

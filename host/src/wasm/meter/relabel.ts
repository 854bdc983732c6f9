import type { ByteReader } from "../binary/byte-reader.ts";
import type { ByteWriter } from "../binary/byte-writer.ts";
import { OP } from "../instructions.ts";

/**
 * Copies the branch that `reader` stands before into a place one block deeper: labels from
 * `outsideFrom` on count one more. Instructions that leave without a label are left alone.
 */
export function copyBranchDeeper(
  reader: ByteReader,
  writer: ByteWriter,
  outsideFrom: number,
): void {
  const start = reader.offset;
  const opcode = reader.u8();
  const copyLabel = (): void => {
    const label = reader.u32();
    writer.u32(label >= outsideFrom ? label + 1 : label);
  };
  switch (opcode) {
    case OP.br:
    case OP.brIf:
    case OP.brOnNull:
    case OP.brOnNonNull:
      writer.u8(opcode);
      return copyLabel();
    case OP.brTable: {
      writer.u8(opcode);
      const count = reader.count();
      writer.u32(count);
      for (let index = 0; index <= count; index++) copyLabel();
      return;
    }
    case OP.gcPrefix: {
      // br_on_cast and br_on_cast_fail: flags, label, two heap types; the types follow as they are.
      reader.skipInteger();
      reader.skip(1);
      writer.copy(reader.bytes, start, reader.offset);
      return copyLabel();
    }
    default:
      reader.offset = start;
  }
}

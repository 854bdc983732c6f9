import { ByteWriter } from "../binary/byte-writer.ts";

/** The unlikely branches of one function, as offsets within its body. */
export interface FunctionHints {
  readonly functionIndex: number;
  readonly offsets: readonly number[];
}

/** Of the branch hinting proposal: this section stands before the code. */
const SECTION_NAME = "metadata.code.branch_hint";
const UNLIKELY = 0;

/**
 * Says that running out of fuel is unlikely. V8 then moves the code for it out of the way, and
 * keeps registers as if there were no call in the loop.
 */
export function writeBranchHints(functions: readonly FunctionHints[]): Uint8Array {
  const writer = new ByteWriter();
  writer.name(SECTION_NAME);
  writer.u32(functions.length);
  for (const { functionIndex, offsets } of functions) {
    writer.u32(functionIndex);
    writer.u32(offsets.length);
    for (const offset of offsets) {
      writer.u32(offset);
      writer.u32(1);
      writer.u8(UNLIKELY);
    }
  }
  return writer.finish();
}

import type { ByteReader } from "../binary/byte-reader.ts";
import type { DefinedType } from "../binary/type-section.ts";

/** What a block takes from the stack and leaves there, as far as branches to it care. */
export interface BlockType {
  readonly hasNoParams: boolean;
  readonly hasNoResults: boolean;
}

const EMPTY: BlockType = { hasNoParams: true, hasNoResults: true };
const ONE_RESULT: BlockType = { hasNoParams: true, hasNoResults: false };

const EMPTY_BYTE = 0x40;
const REF_NULL = 0x63;
const REF = 0x64;
const LAST_VALUE_TYPE = 0x7f;

/** Core spec 5.4.1: nothing, one value type, or the index of a function type. */
export class BlockTypes {
  readonly #types: readonly BlockType[];

  constructor(types: readonly DefinedType[]) {
    this.#types = types.map((type) =>
      type.kind === "func"
        ? { hasNoParams: type.params.length === 0, hasNoResults: type.results.length === 0 }
        : EMPTY,
    );
  }

  read(reader: ByteReader): BlockType {
    const byte = reader.peek() ?? 0;
    if (byte < EMPTY_BYTE || byte > LAST_VALUE_TYPE) return this.#types[reader.u32()] ?? EMPTY;
    reader.skip(1);
    if (byte === EMPTY_BYTE) return EMPTY;
    if (byte === REF || byte === REF_NULL) reader.skipInteger();
    return ONE_RESULT;
  }
}

import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readConstExpression } from "./const-expression.ts";
import { readLimits, writeLimits, type Limits } from "./limits.ts";
import { readReferenceType, type ValueType } from "./value-type.ts";

export interface TableType {
  readonly element: ValueType;
  /** `element` as it was encoded. */
  readonly elementBytes: Uint8Array;
  readonly limits: Limits;
}

export interface Table extends TableType {
  /** The constant expression every slot starts with; undefined means null. */
  readonly init: Uint8Array | undefined;
}

/** Core spec 5.5.7: 0x40 0x00 announces an initial value. */
const WITH_INIT = 0x40;

const FUNCREF_BYTES = Uint8Array.of(0x70);

export function readTableType(reader: ByteReader): TableType {
  const start = reader.offset;
  const element = readReferenceType(reader);
  const elementBytes = reader.bytes.subarray(start, reader.offset);
  return { element, elementBytes, limits: readLimits(reader) };
}

export function readTableSection(reader: ByteReader): Table[] {
  const tables = reader.list(() => {
    if (reader.peek() !== WITH_INIT) return { ...readTableType(reader), init: undefined };
    reader.u8();
    if (reader.u8() !== 0) throw reader.malformed("a zero is expected", reader.offset - 1);
    return { ...readTableType(reader), init: readConstExpression(reader) };
  });
  reader.expectEnd("the table section");
  return tables;
}

export function writeTable(writer: ByteWriter, table: Table): void {
  if (table.init !== undefined) {
    writer.u8(WITH_INIT);
    writer.u8(0);
  }
  writer.raw(table.elementBytes);
  writeLimits(writer, table.limits);
  if (table.init !== undefined) writer.raw(table.init);
}

/** A table of `slots` functions that never grows; every slot is null at first. */
export function fixedFunctionTable(slots: number): Table {
  const size = BigInt(slots);
  return {
    element: "funcref",
    elementBytes: FUNCREF_BYTES,
    limits: { min: size, max: size, shared: false, wide: false, pageSizeLog2: undefined },
    init: undefined,
  };
}

import type { ByteReader } from "./byte-reader.ts";
import { functionsIn, readConstExpression } from "./const-expression.ts";
import { readReferenceType } from "./value-type.ts";

export interface ElementSegment {
  readonly mode: "active" | "passive" | "declarative";
  /** How many slots it holds. */
  readonly length: number;
  /** The functions among them. */
  readonly functions: readonly number[];
}

/** Core spec 5.5.12: bits of the flags that open a segment. */
const NOT_ACTIVE = 1;
const EXPLICIT = 2;
const EXPRESSIONS = 4;

export function readElementSection(reader: ByteReader): ElementSegment[] {
  const segments = reader.list(() => readSegment(reader));
  reader.expectEnd("the element section");
  return segments;
}

function readSegment(reader: ByteReader): ElementSegment {
  const start = reader.offset;
  const flags = reader.u32();
  if (flags > 7) throw reader.malformed(`${flags} are no element segment flags`, start);
  const active = (flags & NOT_ACTIVE) === 0;
  const explicit = (flags & EXPLICIT) !== 0;
  if (active) {
    if (explicit) reader.u32();
    readConstExpression(reader);
  }
  const holdsExpressions = (flags & EXPRESSIONS) !== 0;
  if (!active || explicit) readElementKind(reader, holdsExpressions);
  const slots = reader.list(() =>
    holdsExpressions ? functionsIn(readConstExpression(reader)) : [reader.u32()],
  );
  const mode = active ? "active" : explicit ? "declarative" : "passive";
  return { mode, length: slots.length, functions: slots.flat() };
}

function readElementKind(reader: ByteReader, holdsExpressions: boolean): void {
  if (holdsExpressions) readReferenceType(reader);
  else if (reader.u8() !== 0) {
    throw reader.malformed("an element kind other than functions", reader.offset - 1);
  }
}

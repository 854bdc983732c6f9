import { ByteReader } from "./binary/byte-reader.ts";
import { readLocalCount } from "./binary/code-section.ts";
import { IMMEDIATE, OP, immediateBehind, immediateOf, skipImmediate } from "./instructions.ts";
import type { ModuleIndex } from "./module-index.ts";

/** Proposals beyond the first release of WebAssembly that a plugin may use, as people call them. */
export const USED_FEATURES = [
  "SIMD",
  "relaxed SIMD",
  "exceptions",
  "legacy exceptions",
  "tail calls",
  "bulk memory",
  "reference types",
  "typed function references",
  "multiple values",
  "sign extension",
  "saturating conversions",
  "several tables",
] as const;

export type UsedFeature = (typeof USED_FEATURES)[number];

/** The first byte of a block type that is an index of a function type is no negative number's. */
const SIGN_BIT = 0x40;
const FIRST_RELAXED_SIMD = 0x100;
const LAST_SATURATING = 0x07;
const FIRST_TABLE_WORK = 0x0c;
const CATCH_REF = 1;

/** Walks the code of a valid module; in the order of `USED_FEATURES`. */
export function findUsedFeatures(index: ModuleIndex): UsedFeature[] {
  const found = new Set<UsedFeature>();
  if (index.tableCount > 1) found.add("several tables");
  for (const type of index.types) {
    if (type.kind === "func" && type.results.length > 1) found.add("multiple values");
  }
  for (const { start, end } of index.bodies) {
    const reader = new ByteReader(index.bytes, start, end);
    readLocalCount(reader);
    while (reader.left > 0) readInstruction(reader, found);
  }
  return USED_FEATURES.filter((feature) => found.has(feature));
}

function readInstruction(reader: ByteReader, found: Set<UsedFeature>): void {
  const opcode = reader.u8();
  if (opcode >= 0xc0 && opcode <= 0xc4) found.add("sign extension");
  if (opcode === OP.tableGet || opcode === OP.tableSet) found.add("reference types");
  if (opcode >= 0xd0 && opcode <= OP.refFunc) found.add("reference types");
  if (opcode > OP.refFunc && opcode <= OP.brOnNonNull) found.add("typed function references");
  const immediate = immediateOf(opcode);
  if (immediate !== IMMEDIATE.control) return skipImmediate(reader, immediate);
  if (opcode >= OP.gcPrefix) return readPrefixed(opcode, reader, found);
  readControl(opcode, reader, found);
}

function readPrefixed(prefix: number, reader: ByteReader, found: Set<UsedFeature>): void {
  const opcode = reader.u32();
  if (prefix === OP.simdPrefix) found.add(opcode < FIRST_RELAXED_SIMD ? "SIMD" : "relaxed SIMD");
  if (prefix === OP.bulkPrefix) {
    if (opcode <= LAST_SATURATING) found.add("saturating conversions");
    else found.add(opcode < FIRST_TABLE_WORK ? "bulk memory" : "reference types");
  }
  skipImmediate(reader, immediateBehind(prefix, opcode));
}

function readControl(opcode: number, reader: ByteReader, found: Set<UsedFeature>): void {
  switch (opcode) {
    case OP.try:
      found.add("legacy exceptions");
      return skipBlockType(reader, found);
    case OP.block:
    case OP.loop:
    case OP.if:
      return skipBlockType(reader, found);
    case OP.tryTable:
      found.add("exceptions");
      skipBlockType(reader, found);
      reader.list(() => {
        if (reader.u8() <= CATCH_REF) reader.skipInteger();
        reader.skipInteger();
      });
      return;
    case OP.brTable:
      reader.list(() => reader.skipInteger());
      return reader.skipInteger();
    case OP.returnCall:
    case OP.returnCallIndirect:
    case OP.returnCallRef:
      found.add("tail calls");
      break;
    case OP.throw:
    case OP.throwRef:
      found.add("exceptions");
      break;
    case OP.callRef:
      found.add("typed function references");
      break;
    default:
  }
  skipPlain(opcode, reader);
}

const WITHOUT_IMMEDIATE: ReadonlySet<number> = new Set([
  OP.else,
  OP.end,
  OP.return,
  OP.catchAll,
  OP.throwRef,
]);

function skipPlain(opcode: number, reader: ByteReader): void {
  if (WITHOUT_IMMEDIATE.has(opcode)) return;
  reader.skipInteger();
  if (opcode === OP.callIndirect || opcode === OP.returnCallIndirect) reader.skipInteger();
}

/** Core spec 5.4.1: nothing, one value type, or the index of a function type. */
function skipBlockType(reader: ByteReader, found: Set<UsedFeature>): void {
  const first = reader.peek() ?? 0;
  if ((first & SIGN_BIT) === 0 || first >= 0x80) found.add("multiple values");
  reader.skipInteger();
  // A reference to a type that is named: its heap type follows.
  if (first === 0x63 || first === 0x64) reader.skipInteger();
}

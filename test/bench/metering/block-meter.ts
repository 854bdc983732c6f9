import { ByteReader } from "../../../host/src/wasm/binary/byte-reader.ts";
import { ByteWriter } from "../../../host/src/wasm/binary/byte-writer.ts";
import { readLocalCount } from "../../../host/src/wasm/binary/code-section.ts";
import { writeExport } from "../../../host/src/wasm/binary/export-section.ts";
import { writeMutableI64 } from "../../../host/src/wasm/binary/global-section.ts";
import {
  SECTION_ORDER,
  findSection,
  openSection,
  writeModule,
  type SectionContent,
  type SectionKind,
} from "../../../host/src/wasm/binary/module.ts";
import {
  IMMEDIATE,
  OP,
  immediateBehind,
  immediateOf,
  skipImmediate,
} from "../../../host/src/wasm/instructions.ts";
import { BlockTypes } from "../../../host/src/wasm/meter/block-type.ts";
import { indexModule, type ModuleIndex } from "../../../host/src/wasm/module-index.ts";
import type { BlockScheme, Emitter } from "./block-schemes.ts";

const FUEL = "fuel";
const PLENTY = 1n << 62n;

const I64 = 0x7e;

const FREE: ReadonlySet<number> = new Set([
  OP.nop,
  OP.drop,
  OP.block,
  OP.loop,
  OP.unreachable,
  OP.return,
  OP.else,
  OP.end,
]);

/** Instructions behind which a basic block ends. */
const ENDS: ReadonlySet<number> = new Set([
  OP.loop,
  OP.if,
  OP.else,
  OP.end,
  OP.br,
  OP.brIf,
  OP.brTable,
  OP.return,
  OP.unreachable,
  OP.call,
  OP.callIndirect,
  OP.returnCall,
  OP.returnCallIndirect,
]);

const CALLS: ReadonlySet<number> = new Set([OP.call, OP.callIndirect]);
const LEAVES: ReadonlySet<number> = new Set([OP.return, OP.returnCall, OP.returnCallIndirect]);

/** Meters every basic block of a module by itself. */
export function meterBlocks(bytes: Uint8Array, scheme: BlockScheme): Uint8Array {
  const index = indexModule(bytes);
  const replaced = new Map<SectionKind, Uint8Array>([
    ["global", append(index, "global", (writer) => writeMutableI64(writer, startOf(scheme)))],
    [
      "export",
      append(index, "export", (writer) =>
        writeExport(writer, { name: FUEL, kind: "global", index: index.globalCount }),
      ),
    ],
    ["code", writeCode(index, scheme)],
  ]);
  const sections = SECTION_ORDER.flatMap((kind): SectionContent[] => {
    const body = replaced.get(kind);
    if (body !== undefined) return [{ kind, body }];
    const section = findSection(index, kind);
    return section === undefined ? [] : [section];
  });
  return writeModule(bytes, sections);
}

/** Wasmer counts down to zero, Wasmtime up to it. */
function startOf(scheme: BlockScheme): bigint {
  return scheme.usesLocal ? -PLENTY : PLENTY;
}

function append(
  index: ModuleIndex,
  kind: SectionKind,
  write: (writer: ByteWriter) => void,
): Uint8Array {
  const writer = new ByteWriter();
  const section = findSection(index, kind);
  const reader = section === undefined ? undefined : openSection(index, section);
  writer.u32((reader?.count() ?? 0) + 1);
  if (reader !== undefined) writer.copy(index.bytes, reader.offset, reader.end);
  write(writer);
  return writer.finish();
}

function writeCode(index: ModuleIndex, scheme: BlockScheme): Uint8Array {
  const writer = new ByteWriter(index.bytes.length * 2);
  const blockTypes = new BlockTypes(index.types);
  writer.u32(index.bodies.length);
  for (const [own, { start, end }] of index.bodies.entries()) {
    const type = index.types[index.functionTypes[own + index.importedFunctions] ?? -1];
    const params = type?.kind === "func" ? type.params.length : 0;
    const reader = new ByteReader(index.bytes, start, end);
    const local = params + readLocalCount(reader);
    const out = { writer, global: index.globalCount, local };
    const size = writer.openSized();
    writeLocals(new ByteReader(index.bytes, start, reader.offset), writer, scheme.usesLocal);
    writeBody(reader, out, scheme, blockTypes);
    writer.closeSized(size);
  }
  return writer.finish();
}

function writeLocals(locals: ByteReader, writer: ByteWriter, adds: boolean): void {
  writer.u32(locals.u32() + (adds ? 1 : 0));
  writer.copy(locals.bytes, locals.offset, locals.end);
  if (!adds) return;
  writer.u32(1);
  writer.u8(I64);
}

function writeBody(
  reader: ByteReader,
  out: Emitter,
  scheme: BlockScheme,
  blockTypes: BlockTypes,
): void {
  scheme.onEntry(out);
  let cost = 1;
  let depth = 1;
  while (depth > 0) {
    const start = reader.offset;
    const opcode = reader.u8();
    skipOperands(reader, opcode, blockTypes);
    if (!FREE.has(opcode)) cost++;
    if (ENDS.has(opcode)) {
      if (cost > 0) scheme.onBlock(out, cost);
      cost = 0;
    }
    if (opcode === OP.block || opcode === OP.loop || opcode === OP.if) depth++;
    if (opcode === OP.end) depth--;
    if (CALLS.has(opcode)) scheme.beforeCall(out);
    if (LEAVES.has(opcode) || depth === 0) scheme.onLeave(out);
    out.writer.copy(reader.bytes, start, reader.offset);
    if (opcode === OP.loop) scheme.onLoop(out);
    if (CALLS.has(opcode)) scheme.afterCall(out);
  }
}

/** Kernels come from clang and asc: no exceptions, no garbage collection. */
function skipOperands(reader: ByteReader, opcode: number, blockTypes: BlockTypes): void {
  const immediate = immediateOf(opcode);
  if (immediate !== IMMEDIATE.control) return skipImmediate(reader, immediate);
  switch (opcode) {
    case OP.block:
    case OP.loop:
    case OP.if:
      blockTypes.read(reader);
      return;
    case OP.brTable:
      reader.list(() => reader.u32());
      reader.skipInteger();
      return;
    case OP.callIndirect:
    case OP.returnCallIndirect:
      reader.skipInteger();
      reader.skipInteger();
      return;
    case OP.else:
    case OP.end:
    case OP.return:
      return;
    case OP.bulkPrefix:
    case OP.simdPrefix:
      return skipImmediate(reader, immediateBehind(opcode, reader.u32()));
    default:
      reader.skipInteger();
  }
}

import { appendItems } from "./append-items.ts";
import {
  ADDED_FUNCTIONS,
  ADDED_TYPES,
  writeAddedBodies,
  writeAddedFunctions,
  writeAddedTypes,
} from "./added-functions.ts";
import { ByteWriter } from "./binary/byte-writer.ts";
import { readCustomSectionBody } from "./binary/custom-section.ts";
import { writeExport, type Export } from "./binary/export-section.ts";
import { writeMutableI64 } from "./binary/global-section.ts";
import { capLimits } from "./binary/limits.ts";
import { writeMemory } from "./binary/memory-section.ts";
import {
  SECTION_ORDER,
  openSection,
  writeModule,
  type Section,
  type SectionContent,
  type SectionKind,
} from "./binary/module.ts";
import { fixedFunctionTable, writeTable } from "./binary/table-section.ts";
import { writeBranchHints } from "./meter/branch-hints.ts";
import type { MeteredCode } from "./metered-code.ts";
import type { ModuleIndex } from "./module-index.ts";
import { addFunctionNames } from "./names.ts";
import type { RewritePolicy } from "./policy.ts";
import { renameImports } from "./rename-imports.ts";
import {
  EXHAUSTED_EXPORT,
  FILL_EXPORT,
  FUEL_EXPORT,
  LEFT_EXPORT,
  MEMORY_EXPORT,
  ROOM_EXPORT,
  START_EXPORT,
} from "./reserved.ts";
import { countFillers } from "./small-functions.ts";

/** How the function that is called without fuel shows in stacks. */
const EXHAUSTED_NAME = "backworks.out_of_fuel";

/** A name section that has no names: its own name, and one empty list of functions. */
const NAME_SECTION: Uint8Array = Uint8Array.of(4, 0x6e, 0x61, 0x6d, 0x65, 1, 1, 0);

/** Sections whose offsets into the code, or indices into it, are no longer true. */
const STALE_SECTIONS =
  /^(\.debug_.*|reloc\..*|linking|metadata\.code\..*|sourceMappingURL|external_debug_info)$/;

/** Room that nothing uses up. */
const UNBOUNDED = 0x7fff_ffff_ffff_ffffn;

/** What 32-bit indices can reach. */
const MEMORY_PAGES_CEILING = 65_536;
const TABLE_SLOTS_CEILING = 0xffff_ffff;

/**
 * Puts the metered module together. All that is added stands behind what was there in its index
 * space, so that nothing is renumbered, and the guest cannot name it: it lies beyond what the
 * original could validate with.
 */
export function assemble(
  index: ModuleIndex,
  code: MeteredCode,
  policy: RewritePolicy,
): Uint8Array<ArrayBuffer> {
  const fillers = countFillers(code.bodies);
  const bodies: [SectionKind, Uint8Array | undefined][] = [
    ["type", appendItems(index, "type", ADDED_TYPES, writeAddedTypes)],
    ["function", writeFunctions(index, fillers)],
    ["table", writeTables(index, policy)],
    ["global", writeGlobals(index, policy)],
    ["export", writeExports(index, policy)],
    ["start", undefined],
    ["code", writeCode(index, code.bodies, fillers)],
  ];
  const replaced = new Map(bodies);
  if (index.memories.length > 0) replaced.set("memory", writeMemories(index, policy));
  if (policy.renamedImports.size > 0)
    replaced.set("import", renameImports(index, policy.renamedImports));
  const hints: SectionContent = { kind: "custom", body: writeBranchHints(code.hints) };
  return writeModule(index.bytes, arrange(index, replaced, hints));
}

/** The sections in order, with those that the module did not have at their place. */
function arrange(
  index: ModuleIndex,
  bodies: ReadonlyMap<SectionKind, Uint8Array | undefined>,
  hints: SectionContent,
): SectionContent[] {
  const sections: SectionContent[] = [];
  let rank = 0;
  const addBefore = (end: number): void => {
    for (const kind of SECTION_ORDER.slice(rank, end)) {
      const body = bodies.get(kind);
      if (body === undefined) continue;
      if (kind === "code") sections.push(hints);
      sections.push({ kind, body });
    }
    rank = end;
  };
  for (const section of index.sections) {
    if (section.kind === "custom") {
      sections.push(...keepCustom(index, section));
      continue;
    }
    const own = SECTION_ORDER.indexOf(section.kind);
    addBefore(bodies.has(section.kind) ? own + 1 : own);
    if (!bodies.has(section.kind)) sections.push(section);
    rank = own + 1;
  }
  addBefore(SECTION_ORDER.length);
  if (!index.sections.some((section) => isNameSection(index, section))) {
    sections.push({ kind: "custom", body: nameExhausted(index, NAME_SECTION) });
  }
  return sections;
}

function keepCustom(index: ModuleIndex, section: Section): SectionContent[] {
  const reader = openSection(index, section);
  const { name } = readCustomSectionBody(reader);
  if (STALE_SECTIONS.test(name)) return [];
  if (name !== "name") return [section];
  const body = index.bytes.subarray(section.bodyStart, section.end);
  return [{ kind: "custom", body: nameExhausted(index, body) }];
}

function isNameSection(index: ModuleIndex, section: Section): boolean {
  if (section.kind !== "custom") return false;
  return readCustomSectionBody(openSection(index, section)).name === "name";
}

function nameExhausted(index: ModuleIndex, nameSection: Uint8Array): Uint8Array {
  return addFunctionNames(nameSection, [[index.functionTypes.length, EXHAUSTED_NAME]]);
}

function writeFunctions(index: ModuleIndex, fillers: number): Uint8Array {
  return appendItems(index, "function", ADDED_FUNCTIONS + fillers, (writer) => {
    writeAddedFunctions(writer, index.types.length, fillers);
  });
}

function writeGlobals(index: ModuleIndex, policy: RewritePolicy): Uint8Array {
  return appendItems(index, "global", 2, (writer) => {
    writeMutableI64(writer, policy.initialFuel);
    writeMutableI64(writer, UNBOUNDED);
  });
}

function writeTables(index: ModuleIndex, policy: RewritePolicy): Uint8Array {
  const cap = policy.limits.tableSlotsMax;
  const writer = new ByteWriter();
  writer.u32(index.tables.length + 1);
  for (const table of index.tables) {
    writeTable(writer, { ...table, limits: capLimits(table.limits, cap, TABLE_SLOTS_CEILING) });
  }
  writeTable(writer, fixedFunctionTable(1));
  return writer.finish();
}

function writeMemories(index: ModuleIndex, policy: RewritePolicy): Uint8Array {
  const cap = policy.limits.memoryPagesMax;
  const writer = new ByteWriter();
  writer.u32(index.memories.length);
  for (const memory of index.memories)
    writeMemory(writer, capLimits(memory, cap, MEMORY_PAGES_CEILING));
  return writer.finish();
}

function writeExports(index: ModuleIndex, policy: RewritePolicy): Uint8Array {
  const exports: Export[] = index.exports.map((entry) => ({
    ...entry,
    name: policy.renamedExports.get(entry.name) ?? entry.name,
  }));
  exports.push({ name: FUEL_EXPORT, kind: "global", index: index.globalCount });
  exports.push({ name: FILL_EXPORT, kind: "func", index: index.functionTypes.length + 1 });
  exports.push({ name: LEFT_EXPORT, kind: "func", index: index.functionTypes.length + 2 });
  exports.push({ name: ROOM_EXPORT, kind: "global", index: index.globalCount + 1 });
  if (index.wideMemories.length > 0) {
    exports.push({ name: MEMORY_EXPORT, kind: "memory", index: 0 });
  }
  exports.push({ name: EXHAUSTED_EXPORT, kind: "table", index: index.tableCount });
  if (index.start !== undefined) {
    exports.push({ name: START_EXPORT, kind: "func", index: index.start });
  }
  const writer = new ByteWriter();
  writer.u32(exports.length);
  for (const entry of exports) writeExport(writer, entry);
  return writer.finish();
}

function writeCode(index: ModuleIndex, bodies: Uint8Array, fillers: number): Uint8Array {
  const writer = new ByteWriter(bodies.length + 128);
  writer.u32(index.bodies.length + ADDED_FUNCTIONS + fillers);
  writer.raw(bodies);
  const { globalCount: fuelGlobal, tableCount: slotTable } = index;
  writeAddedBodies(writer, { firstType: index.types.length, fuelGlobal, slotTable }, fillers);
  return writer.finish();
}

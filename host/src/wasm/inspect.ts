import { ByteReader } from "./binary/byte-reader.ts";
import { readCustomSectionBody } from "./binary/custom-section.ts";
import { readExportSection, type Export } from "./binary/export-section.ts";
import { readFunctionSection } from "./binary/function-section.ts";
import { readImportSection, type Import } from "./binary/import-section.ts";
import type { Limits } from "./binary/limits.ts";
import { readMemorySection } from "./binary/memory-section.ts";
import {
  findSection,
  openSection,
  readModule,
  readSectionOr,
  type SectionKind,
  type WasmModule,
} from "./binary/module.ts";
import { readStartSection } from "./binary/start-section.ts";
import { readTableSection, type TableType } from "./binary/table-section.ts";
import { readTypeSection, type DefinedType } from "./binary/type-section.ts";
import type { ValueType } from "./binary/value-type.ts";

export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export type ImportSummary = { readonly module: string; readonly name: string } & KindSummary;
export type ExportSummary = { readonly name: string } & KindSummary;

export type KindSummary =
  | ({ readonly kind: "func" } & FunctionType)
  | { readonly kind: "table" | "memory" | "global" | "tag" };

export interface MemorySummary {
  readonly pagesMin: number;
  readonly pagesMax: number | undefined;
  readonly shared: boolean;
  /** Addresses are 64 bits wide. */
  readonly wide: boolean;
  readonly imported: boolean;
}

export interface TableSummary {
  readonly element: ValueType;
  readonly slotsMin: number;
  readonly slotsMax: number | undefined;
  readonly imported: boolean;
}

/** What a module asks for and offers, read from its sections without decoding any code. */
export interface ModuleSummary {
  readonly imports: readonly ImportSummary[];
  readonly exports: readonly ExportSummary[];
  /** In index order: imported ones come first. */
  readonly memories: readonly MemorySummary[];
  readonly tables: readonly TableSummary[];
  /** Views into the module; of sections with the same name the first. */
  readonly customSections: ReadonlyMap<string, Uint8Array>;
  /** The function that runs at instantiation. */
  readonly start: number | undefined;
  /** Functions that the module defines itself. */
  readonly functionCount: number;
  readonly codeBytes: number;
  readonly dataBytes: number;
}

/** Throws `plugin_not_wasm` or `plugin_malformed`. Whether the module is valid only V8 can say. */
export function inspectModule(bytes: Uint8Array): ModuleSummary {
  const module = readModule(bytes);
  const types = readSectionOr(module, "type", readTypeSection, []);
  const imports = readSectionOr(module, "import", readImportSection, []);
  const functions = readSectionOr(module, "function", readFunctionSection, []);
  const bodies = readSectionOr(module, "code", (reader) => reader.count(), 0);
  if (functions.length !== bodies) {
    const reason = `${functions.length} functions are declared, ${bodies} have code`;
    throw new ByteReader(bytes).malformed(reason, bytes.length);
  }
  const functionTypes = [
    ...imports.flatMap((entry) => (entry.kind === "func" ? [entry.type] : [])),
    ...functions,
  ];
  const describe = describeWith(types, new ByteReader(bytes));
  return {
    imports: imports.map((entry) => summarizeImport(entry, describe)),
    exports: readSectionOr(module, "export", readExportSection, []).map((entry) => ({
      name: entry.name,
      ...describe(entry.kind, entry.kind === "func" ? functionTypes[entry.index] : undefined),
    })),
    memories: summarizeMemories(module, imports),
    tables: summarizeTables(module, imports),
    customSections: readCustomSections(module),
    start: readSectionOr<number | undefined>(module, "start", readStartSection, undefined),
    functionCount: functions.length,
    codeBytes: sizeOf(module, "code"),
    dataBytes: sizeOf(module, "data"),
  };
}

/**
 * Finds one custom section by walking section headers only, so that discovery can look into
 * thousands of files. The answer is a copy: it must not keep the whole file in memory. Two sections
 * of that name are malformed, since two readers could see two different plugins in one file.
 */
export function readCustomSection(bytes: Uint8Array, name: string): Uint8Array | undefined {
  const module = readModule(bytes);
  let found: Uint8Array | undefined;
  for (const section of module.sections) {
    if (section.kind !== "custom") continue;
    const custom = readCustomSectionBody(openSection(module, section));
    if (custom.name !== name) continue;
    if (found !== undefined) {
      const reason = `two custom sections named ${JSON.stringify(name)}`;
      throw new ByteReader(bytes).malformed(reason, section.start);
    }
    found = custom.bytes.slice();
  }
  return found;
}

type Describe = (kind: Export["kind"], typeIndex: number | undefined) => KindSummary;

function describeWith(types: readonly DefinedType[], reader: ByteReader): Describe {
  return (kind, typeIndex) => {
    if (kind !== "func") return { kind };
    const type = typeIndex === undefined ? undefined : types[typeIndex];
    if (type?.kind !== "func") {
      throw reader.malformed("a function is named that has no function type");
    }
    return type;
  };
}

function summarizeImport(entry: Import, describe: Describe): ImportSummary {
  const { module, name, kind } = entry;
  return { module, name, ...describe(kind, kind === "func" ? entry.type : undefined) };
}

function summarizeMemories(module: WasmModule, imports: readonly Import[]): MemorySummary[] {
  return [
    ...imports.flatMap((entry) =>
      entry.kind === "memory" ? [summarizeMemory(entry.memory, true)] : [],
    ),
    ...readSectionOr(module, "memory", readMemorySection, []).map((memory) =>
      summarizeMemory(memory, false),
    ),
  ];
}

function summarizeMemory(limits: Limits, imported: boolean): MemorySummary {
  const { min, max, shared, wide } = limits;
  return { pagesMin: Number(min), pagesMax: toNumber(max), shared, wide, imported };
}

function summarizeTables(module: WasmModule, imports: readonly Import[]): TableSummary[] {
  return [
    ...imports.flatMap((entry) =>
      entry.kind === "table" ? [summarizeTable(entry.table, true)] : [],
    ),
    ...readSectionOr(module, "table", readTableSection, []).map((table) =>
      summarizeTable(table, false),
    ),
  ];
}

function summarizeTable(table: TableType, imported: boolean): TableSummary {
  const { element, limits } = table;
  return { element, slotsMin: Number(limits.min), slotsMax: toNumber(limits.max), imported };
}

function readCustomSections(module: WasmModule): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const section of module.sections) {
    if (section.kind !== "custom") continue;
    const custom = readCustomSectionBody(openSection(module, section));
    if (!found.has(custom.name)) found.set(custom.name, custom.bytes);
  }
  return found;
}

function sizeOf(module: WasmModule, kind: SectionKind): number {
  const section = findSection(module, kind);
  return section === undefined ? 0 : section.end - section.bodyStart;
}

function toNumber(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

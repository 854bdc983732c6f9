import { functionsIn } from "./binary/const-expression.ts";
import { readCodeSection, type CodeRange } from "./binary/code-section.ts";
import { readElementSection } from "./binary/element-section.ts";
import { readExportSection, type Export } from "./binary/export-section.ts";
import { readFunctionSection } from "./binary/function-section.ts";
import { readGlobalSection, type Global } from "./binary/global-section.ts";
import { readImportSection, type Import } from "./binary/import-section.ts";
import { readMemorySection, type MemoryType } from "./binary/memory-section.ts";
import { readModule, readSectionOr, type WasmModule } from "./binary/module.ts";
import { readStartSection } from "./binary/start-section.ts";
import { readTableSection, type Table } from "./binary/table-section.ts";
import { readTypeSection, type DefinedType } from "./binary/type-section.ts";

/** A module with everything but its code decoded, and its index spaces counted. */
export interface ModuleIndex extends WasmModule {
  readonly types: readonly DefinedType[];
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly tables: readonly Table[];
  readonly memories: readonly MemoryType[];
  readonly globals: readonly Global[];
  readonly bodies: readonly CodeRange[];
  readonly start: number | undefined;
  /** By function index: the index of its type; imported functions come first. */
  readonly functionTypes: readonly number[];
  readonly importedFunctions: number;
  readonly globalCount: number;
  readonly tableCount: number;
  /** Data and element segments. */
  readonly segmentCount: number;
  /** By memory and table index: sizes have 64 bits. */
  readonly wideMemories: readonly boolean[];
  readonly wideTables: readonly boolean[];
  /** Functions that tables and globals hold from the start: anybody may call them. */
  readonly referencedFunctions: ReadonlySet<number>;
}

/** Throws `plugin_malformed`. Indices are not checked: that is validation, and V8's. */
export function indexModule(bytes: Uint8Array): ModuleIndex {
  const module = readModule(bytes);
  const imports = readSectionOr(module, "import", readImportSection, []);
  const tables = readSectionOr(module, "table", readTableSection, []);
  const memories = readSectionOr(module, "memory", readMemorySection, []);
  const globals = readSectionOr(module, "global", readGlobalSection, []);
  const elements = readSectionOr(module, "element", readElementSection, []);
  const importedTables = imports.flatMap((entry) => (entry.kind === "table" ? [entry.table] : []));
  const importedMemories = imports.flatMap((entry) =>
    entry.kind === "memory" ? [entry.memory] : [],
  );
  const importedTypes = imports.flatMap((entry) => (entry.kind === "func" ? [entry.type] : []));
  const importedGlobals = imports.filter(({ kind }) => kind === "global").length;
  return {
    ...module,
    types: readSectionOr(module, "type", readTypeSection, []),
    imports,
    exports: readSectionOr(module, "export", readExportSection, []),
    tables,
    memories,
    globals,
    bodies: readSectionOr(module, "code", readCodeSection, []),
    start: readSectionOr<number | undefined>(module, "start", readStartSection, undefined),
    functionTypes: [
      ...importedTypes,
      ...readSectionOr(module, "function", readFunctionSection, []),
    ],
    importedFunctions: importedTypes.length,
    globalCount: importedGlobals + globals.length,
    tableCount: importedTables.length + tables.length,
    segmentCount: elements.length + readSectionOr(module, "data", (reader) => reader.count(), 0),
    wideMemories: [...importedMemories, ...memories].map(({ wide }) => wide),
    wideTables: [...importedTables, ...tables].map(({ limits }) => limits.wide),
    referencedFunctions: new Set([
      ...elements.flatMap(({ functions }) => functions),
      ...globals.flatMap(({ init }) => functionsIn(init)),
      ...tables.flatMap(({ init }) => (init === undefined ? [] : functionsIn(init))),
    ]),
  };
}

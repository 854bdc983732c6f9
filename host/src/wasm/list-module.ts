import { readCustomSectionBody } from "./binary/custom-section.ts";
import { openSection, type Section, type SectionKind, type WasmModule } from "./binary/module.ts";
import { readFunctionNames } from "./function-names.ts";
import { inspectModule, type FunctionType, type ModuleSummary } from "./inspect.ts";
import { indexModule, type ModuleIndex } from "./module-index.ts";

/** A module as its file is laid out, nothing of its code decoded. */
export interface ModuleListing extends Omit<
  ModuleSummary,
  "customSections" | "functionCount" | "codeBytes" | "dataBytes"
> {
  readonly bytes: number;
  /** In the order of the file. */
  readonly sections: readonly SectionListing[];
  /** Those that the module defines, in the order of their index. */
  readonly functions: readonly FunctionListing[];
  /** Those that it defines. */
  readonly globals: number;
}

export interface SectionListing {
  readonly kind: SectionKind;
  /** Of a custom section: may hold anything. */
  readonly name: string | undefined;
  /** In the file, where its header begins. */
  readonly offset: number;
  /** With its header. */
  readonly bytes: number;
}

export interface FunctionListing extends FunctionType {
  readonly index: number;
  /** From the name section: may hold anything. */
  readonly name: string | undefined;
  readonly exports: readonly string[];
  /** Of its body. */
  readonly bytes: number;
}

/** Throws `plugin_not_wasm` or `plugin_malformed`. Whether the module is valid only V8 can say. */
export function listModule(bytes: Uint8Array): ModuleListing {
  const { imports, exports, memories, tables, start } = inspectModule(bytes);
  const index = indexModule(bytes);
  return {
    bytes: bytes.length,
    sections: index.sections.map((section) => listSection(index, section)),
    imports,
    exports,
    memories,
    tables,
    globals: index.globals.length,
    start,
    functions: listFunctions(index),
  };
}

function listSection(module: WasmModule, section: Section): SectionListing {
  const { kind, start, end } = section;
  const name =
    kind === "custom" ? readCustomSectionBody(openSection(module, section)).name : undefined;
  return { kind, name, offset: start, bytes: end - start };
}

function listFunctions(index: ModuleIndex): FunctionListing[] {
  const { bodies, importedFunctions, functionTypes, types } = index;
  const names = readFunctionNames(index);
  const exported = Map.groupBy(
    index.exports.filter(({ kind }) => kind === "func"),
    (entry) => entry.index,
  );
  return bodies.map(({ start, end }, own) => {
    const at = own + importedFunctions;
    const type = types[functionTypes[at] ?? -1];
    const { params, results } = type?.kind === "func" ? type : { params: [], results: [] };
    return {
      index: at,
      name: names.get(at),
      exports: (exported.get(at) ?? []).map(({ name }) => name),
      params,
      results,
      bytes: end - start,
    };
  });
}

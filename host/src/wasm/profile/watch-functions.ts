import { appendItems } from "../append-items.ts";
import { ByteWriter } from "../binary/byte-writer.ts";
import { readCustomSectionBody } from "../binary/custom-section.ts";
import { writeExport } from "../binary/export-section.ts";
import { openSection, writeModule, type SectionContent } from "../binary/module.ts";
import { fixedFunctionTable, writeTable } from "../binary/table-section.ts";
import { indexModule, type ModuleIndex } from "../module-index.ts";
import { readFunctionNames } from "../function-names.ts";
import { addFunctionNames } from "../names.ts";
import { ENTER_TYPE, LEAVE_TYPE, writeWatcher, type Watched } from "./watcher.ts";

/**
 * A table of two functions, which the module calls when one of its functions begins (with its index;
 * of one of them also with its parameters, see `Watched`) and when it has ended.
 */
export const WATCH_EXPORT = "backworks:watch";
export const WATCH_SLOTS: { readonly enter: number; readonly leave: number } = {
  enter: 0,
  leave: 1,
};

/** Sections that name functions by their index and places in them. */
const STALE_SECTIONS = /^metadata\.code\./;

export interface WatchOptions {
  /** How many functions the module had before metering added its own behind them. */
  readonly functions: number;
  /** How exceptions are caught on their way; undefined when the module has none. */
  readonly exceptions: "legacy" | "standard" | undefined;
  /** The function, of an i32, an i64 and more, whose first two parameters the watcher is told. */
  readonly told: number | undefined;
}

/**
 * Makes a metered module tell of its calls. In the place of each function comes one that tells, calls
 * the function, which moves behind all others, and tells again: so whoever calls it, by name, through
 * a table or from outside, calls the one that tells. What is added costs no fuel. Functions
 * that metering has added stay as they are.
 */
export function watchFunctions(
  metered: Uint8Array,
  options: WatchOptions,
): Uint8Array<ArrayBuffer> {
  const index = indexModule(metered);
  const moved = movedFunctions(index, options.functions);
  const bodies = new Map<string, Uint8Array>([
    ["type", appendItems(index, "type", 2, writeTypes)],
    [
      "function",
      appendItems(index, "function", moved.length, (writer) => {
        for (const { type } of moved) writer.u32(type);
      }),
    ],
    [
      "table",
      appendItems(index, "table", 1, (writer) => writeTable(writer, fixedFunctionTable(2))),
    ],
    [
      "export",
      appendItems(index, "export", 1, (writer) => {
        writeExport(writer, { name: WATCH_EXPORT, kind: "table", index: index.tableCount });
      }),
    ],
    ["code", writeCode(index, moved, options)],
  ]);
  const sections = index.sections.flatMap((section): SectionContent[] => {
    if (section.kind === "custom") return keepCustom(index, section, moved);
    const body = bodies.get(section.kind);
    return [body === undefined ? section : { kind: section.kind, body }];
  });
  return writeModule(metered, sections);
}

interface MovedFunction {
  readonly from: number;
  readonly to: number;
  /** Index of its type. */
  readonly type: number;
}

function movedFunctions(
  { bodies, functionTypes, importedFunctions }: ModuleIndex,
  functions: number,
): MovedFunction[] {
  return bodies.slice(0, functions).map((_, own) => {
    const from = own + importedFunctions;
    return { from, to: own + functionTypes.length, type: functionTypes[from] ?? 0 };
  });
}

function writeTypes(writer: ByteWriter): void {
  for (const bytes of [ENTER_TYPE, LEAVE_TYPE]) writer.raw(bytes);
}

function writeCode(
  index: ModuleIndex,
  moved: readonly MovedFunction[],
  { functions, exceptions, told }: WatchOptions,
): Uint8Array {
  const { bytes, bodies, types, tableCount } = index;
  const writer = new ByteWriter(bytes.length + moved.length * 64);
  const enterType = types.length;
  const context = { enterType, leaveType: enterType + 1, table: tableCount, exceptions };
  writer.u32(bodies.length + moved.length);
  for (const { from, to, type } of moved) {
    const known = types[type];
    const params = known?.kind === "func" ? known.params.length : 0;
    const watched: Watched = { index: from, target: to, params, isTold: from === told };
    const size = writer.openSized();
    writeWatcher(writer, watched, context);
    writer.closeSized(size);
  }
  // First those that metering has added, whose indices come before those of the moved ones.
  for (const { start, end } of [...bodies.slice(functions), ...bodies.slice(0, functions)]) {
    writer.u32(end - start);
    writer.copy(bytes, start, end);
  }
  return writer.finish();
}

/** What has moved keeps its name, so that traps go on naming it. */
function keepCustom(
  index: ModuleIndex,
  section: ModuleIndex["sections"][number],
  moved: readonly MovedFunction[],
): SectionContent[] {
  const { name } = readCustomSectionBody(openSection(index, section));
  if (STALE_SECTIONS.test(name)) return [];
  if (name !== "name") return [section];
  const names = readFunctionNames(index);
  const entries = moved.flatMap(({ from, to }) => {
    const own = names.get(from);
    return own === undefined ? [] : [[to, own] as const];
  });
  const body = index.bytes.subarray(section.bodyStart, section.end);
  return [{ kind: "custom", body: addFunctionNames(body, entries) }];
}

import { escapeText } from "../lib/escape.ts";
import type { FunctionType, KindSummary, MemorySummary, TableSummary } from "../wasm/inspect.ts";
import type { FunctionListing, ModuleListing } from "../wasm/list-module.ts";
import { PAGE_BYTES } from "../wasm/limits.ts";
import { printBytes } from "./bytes.ts";
import { printColumns } from "./columns.ts";
import type { Output } from "./output.ts";

const NAME_LENGTH_MAX = 60;

/** A module section by section; of its functions the largest. */
export function printModule(listing: ModuleListing, top: number, output: Output): void {
  const { bytes, sections, imports, exports, functions, start } = listing;
  output.line(
    `${printBytes(bytes)}, ${functions.length} functions, ${imports.length} imports, ${exports.length} exports`,
  );
  const rows = sections.map(({ kind, name, offset, bytes: size }) => [
    kind,
    hex(offset),
    String(size),
    name === undefined ? "" : nameOf(name),
  ]);
  printTable("sections", ["kind", "offset", "bytes", "name"], rows, output);
  const imported = imports.map(({ module, name, ...kind }) => [
    `${nameOf(module)} ${nameOf(name)}`,
    kindOf(kind),
  ]);
  printTable("imports", ["name", "type"], imported, output);
  const exported = exports.map(({ name, ...kind }) => [nameOf(name), kindOf(kind)]);
  printTable("exports", ["name", "type"], exported, output);
  printTable("memory, tables, globals", ["kind", "size"], roomRows(listing), output);
  const largest = functions.toSorted((a, b) => b.bytes - a.bytes || a.index - b.index);
  const shown = largest.slice(0, top).map((each) => functionRow(each, start));
  printTable("functions", ["index", "bytes", "type", "name"], shown, output);
  const more = functions.length - shown.length;
  if (more > 0) output.line(output.style("dim", `  ${more} smaller ones: see --top and --json`));
}

/** Its heading, and the rows below: nothing at all for a part that the module does not have. */
function printTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  output: Output,
): void {
  if (rows.length === 0) return;
  output.line();
  output.line(output.style("bold", title));
  const heading = columns.map((text) => output.style("dim", text));
  for (const line of printColumns([heading, ...rows])) output.line(`  ${line}`);
}

function roomRows({ memories, tables, globals }: ModuleListing): string[][] {
  return [
    ...memories.map((memory) => ["memory", memoryWords(memory)]),
    ...tables.map((table) => ["table", tableWords(table)]),
    ...(globals === 0 ? [] : [["globals", `${globals} of its own`]]),
  ];
}

function memoryWords({ pagesMin, pagesMax, shared, wide, imported }: MemorySummary): string {
  const most =
    pagesMax === undefined ? "no maximum" : `at most ${printBytes(pagesMax * PAGE_BYTES)}`;
  const marks = [
    ...(shared ? ["shared"] : []),
    ...(wide ? ["64-bit"] : []),
    ...(imported ? ["imported"] : []),
  ];
  return [`${printBytes(pagesMin * PAGE_BYTES)} at first`, most, ...marks].join(", ");
}

function tableWords({ element, slotsMin, slotsMax, imported }: TableSummary): string {
  const most = slotsMax === undefined ? "no maximum" : `at most ${slotsMax}`;
  return `${slotsMin} slots of ${element} at first, ${most}${imported ? ", imported" : ""}`;
}

function functionRow(each: FunctionListing, start: number | undefined): string[] {
  const { index, bytes, name = "", exports } = each;
  const exported = exports.filter((text) => text !== name).map(nameOf);
  const notes = [
    ...(exports.includes(name) ? [`export ${nameOf(name)}`] : [nameOf(name)]),
    ...(exported.length > 0 ? [`export ${exported.join(", ")}`] : []),
    ...(index === start ? ["(start)"] : []),
  ];
  return [String(index), String(bytes), typeOf(each), notes.join(" ").trim()];
}

function kindOf(kind: KindSummary): string {
  return kind.kind === "func" ? typeOf(kind) : kind.kind;
}

/** As the frozen table of host functions is read: `(i64, i64) → i32`. */
function typeOf({ params, results }: FunctionType): string {
  return `(${params.join(", ")}) → ${results.length === 1 ? results.join("") : `(${results.join(", ")})`}`;
}

function nameOf(text: string): string {
  return escapeText(text, NAME_LENGTH_MAX);
}

function hex(offset: number): string {
  return `0x${offset.toString(16).padStart(5, "0")}`;
}

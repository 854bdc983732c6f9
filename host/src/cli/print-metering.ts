import { escapeText } from "../lib/escape.ts";
import type { FunctionMetering, MeteringExplanation } from "../wasm/explain-metering.ts";
import type { MeteringStep } from "../wasm/metering-steps.ts";
import { printBytes } from "./bytes.ts";
import { printColumns } from "./columns.ts";
import type { Output } from "./output.ts";

const NAME_LENGTH_MAX = 40;

const HEADING = [
  "function",
  "bytes",
  "growth",
  "blocks",
  "charges",
  "checks",
  "regions",
  "prepaid",
  "name",
] as const;

/** The module as a whole, then its largest functions. */
export function printMetering(
  { report, functions }: MeteringExplanation,
  top: number,
  output: Output,
): void {
  const { accounting, closedFunctions, charges, checks, regions } = report;
  output.line(
    `${functions.length} functions, ${closedFunctions} of them paid for by their callers; ${accounting} accounting`,
  );
  output.line(`${charges} charges, ${checks} checks, ${regions} regions`);
  output.line(
    `${printBytes(report.bytesBefore)}, metered ${printBytes(report.bytesAfter)} (${growth(report.bytesBefore, report.bytesAfter)})`,
  );
  output.line();
  const largest = functions.toSorted((a, b) => b.bytes - a.bytes || a.index - b.index);
  const heading = HEADING.map((text) => output.style("dim", text));
  const rows = largest.slice(0, top).map((each) => functionRow(each));
  for (const line of printColumns([heading, ...rows])) output.line(line);
  const more = functions.length - rows.length;
  if (more > 0) output.line(output.style("dim", `${more} smaller ones: see --top and --json`));
}

function functionRow(each: FunctionMetering): string[] {
  const { index, bytes, bytesMetered, blocks, charges, checks, regions } = each;
  const counts = [blocks, charges, checks, regions].map(String);
  const paid = each.isPrepaid ? `${each.prepaid} (all)` : String(each.prepaid);
  const sizes = [String(bytes), growth(bytes, bytesMetered)];
  return [String(index), ...sizes, ...counts, paid, nameOf(each)];
}

function nameOf({ name, exports }: FunctionMetering): string {
  const exported = exports.map((text) => escapeText(text, NAME_LENGTH_MAX)).join(", ");
  const own = escapeText(name ?? "", NAME_LENGTH_MAX);
  if (exported === "" || exports.includes(own)) return exported === "" ? own : `export ${exported}`;
  return `${own} export ${exported}`.trim();
}

function growth(before: number, after: number): string {
  return `×${(after / before).toFixed(2)}`;
}

/** One function: its blocks in the order of its code, with what they cost. */
export function printFunction(
  found: FunctionMetering,
  steps: readonly MeteringStep[],
  names: ReadonlyMap<number, string>,
  output: Output,
): void {
  const { index, bytes, bytesMetered, blocks, charges, checks, regions, prepaid } = found;
  output.line(`${output.style("bold", `function ${index}`)} ${nameOf(found)}`.trimEnd());
  output.line(`${bytes} bytes, metered ${bytesMetered} (${growth(bytes, bytesMetered)})`);
  output.line(`${blocks} blocks, ${charges} charges, ${checks} checks, ${regions} regions`);
  output.line(
    found.isPrepaid
      ? `callers pay ${prepaid} in advance, which is all that it can cost: it counts nothing itself`
      : `callers pay ${prepaid} in advance`,
  );
  output.line();
  const heading = ["offset", "fuel", "what"].map((text) => output.style("dim", text));
  const rows = steps.map((step) => stepRow(step, names));
  for (const line of printColumns([heading, ...rows])) output.line(line);
}

function stepRow(step: MeteringStep, names: ReadonlyMap<number, string>): string[] {
  const fuel = step.kind === "block" && step.fuel > 0 ? String(step.fuel) : "";
  const indent = "  ".repeat(step.loops);
  return [hex(step.offset), fuel, `${indent}${wordsOf(step, names)}`];
}

function wordsOf(step: MeteringStep, names: ReadonlyMap<number, string>): string {
  switch (step.kind) {
    case "block":
      return blockWords(step);
    case "loop":
      return step.counter === "local" ? "loop, its counter in a local" : "loop";
    case "loop_end":
      return "end of the loop";
    case "call": {
      const name = step.callee === undefined ? undefined : names.get(step.callee);
      const callee = step.callee === undefined ? "through a table" : `function ${step.callee}`;
      const known = name === undefined ? "" : ` ${escapeText(name, NAME_LENGTH_MAX)}`;
      return `call ${callee}${known}${step.prepaid > 0 ? `, ${step.prepaid} prepaid` : ""}`;
    }
    case "bulk":
      return `bulk work: ${priceOf(step.fuelEach)} of its ${step.work}, checked`;
  }
}

function priceOf(fuelEach: number): string {
  return fuelEach < 1 ? `1 for ${1 / fuelEach}` : `${fuelEach} for each`;
}

const BLOCK_WORDS = { entry: "entry", arm: "block", round: "each round" } as const;

function blockWords(step: MeteringStep & { readonly kind: "block" }): string {
  const words: string = BLOCK_WORDS[step.what];
  if (step.isChecked) return `${words}, checked`;
  if (step.fuel > 0) return words;
  return `${words}, paid for ${step.paidAt === undefined ? "by the caller" : `at ${hex(step.paidAt)}`}`;
}

function hex(offset: number): string {
  return `0x${offset.toString(16).padStart(5, "0")}`;
}

import { Buffer, isUtf8 } from "node:buffer";
import type { HookName } from "../contracts/hooks.ts";
import { escapeLines, escapeText } from "../lib/escape.ts";
import { describeBytes, printBytes } from "./bytes.ts";
import type { Meaning } from "../workbench/meaning.ts";
import type { CallResult } from "../workbench/open-plugin.ts";
import { printColumns } from "./columns.ts";
import type { Output } from "./output.ts";
import { hostCallRows } from "./print-host-calls.ts";
import { describeMeaning, meaningRows } from "./print-meaning.ts";

/** Enough to see what it is. */
const SHOWN_BYTES_MAX = 4096;
const LINE_LENGTH_MAX = 1000;

/** What a call gave and took. */
export interface ShownCall extends CallResult {
  readonly hook: HookName;
  readonly meaning: Meaning;
}

export function printCall(call: ShownCall, output: Output): void {
  const { error } = call;
  const meant = meaningRows(call.meaning, call.hook);
  if (meant !== undefined) printBlock(output, meant.heading, printColumns(meant.rows));
  if (call.output !== undefined) printBlock(output, "output", rawLines(call.output));
  // A replay asks nothing of the host.
  if (call.calls.length > 0) printBlock(output, "calls", printColumns(hostCallRows(call.calls)));
  printBlock(output, "used", printColumns(usedRows(call)));
  const logs = call.logs.flatMap(({ level, text }) =>
    escapeLines(text)
      .split("\n")
      .map((line, index) => [index === 0 ? level : "", line]),
  );
  printBlock(output, "log", printColumns(logs));
  if (error !== undefined) output.line(output.printError(error));
}

function printBlock(output: Output, heading: string, lines: readonly string[]): void {
  output.line(`${output.style("bold", heading)}${lines.length === 0 ? " nothing" : ""}`);
  for (const line of lines) output.line(`  ${line}`);
}

/** The output as it came, a line of it on a line, without what would move the terminal's cursor. */
function rawLines(bytes: Uint8Array): string[] {
  if (bytes.length === 0) return [];
  const shown = bytes.subarray(0, SHOWN_BYTES_MAX);
  const more = bytes.length - shown.length;
  const text = isUtf8(bytes)
    ? Buffer.from(shown).toString("utf8").split("\n")
    : (Buffer.from(shown)
        .toString("hex")
        .match(/.{1,64}/g) ?? []);
  // A line feed ends a line, it does not begin one.
  if (text.at(-1) === "") text.pop();
  const lines = text.map((line) => `| ${escapeText(line, LINE_LENGTH_MAX)}`);
  return more > 0 ? [...lines, `and ${more} bytes more`] : lines;
}

function usedRows({ record, fuelLimit }: ShownCall): string[][] {
  if (record === undefined) return [];
  const { fuel, durationMs, memoryBytes } = record;
  const share = ((100 * fuel) / fuelLimit).toFixed(1);
  return [
    ["fuel", `${fuel.toLocaleString("en")} of ${fuelLimit.toLocaleString("en")} (${share} %)`],
    ["time", `${durationMs.toFixed(3)} ms, on code that V8 has not optimized yet`],
    ["memory", memoryBytes === 0 ? "none: the module has no memory" : printBytes(memoryBytes)],
  ];
}

/** The same for machines. */
export function describeCall(call: ShownCall): Readonly<Record<string, unknown>> {
  const { output, record, meaning, fuelLimit, logs } = call;
  return {
    hook: call.hook,
    ...(output !== undefined && describeBytes("output", output)),
    ...describeMeaning(meaning),
    fuel: record?.fuel,
    fuelLimit,
    durationMs: record?.durationMs,
    memoryBytes: record?.memoryBytes,
    logs,
  };
}

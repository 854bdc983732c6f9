import { Buffer, isUtf8 } from "node:buffer";
import type { Edits } from "../contracts/exchange.ts";
import type { HookName } from "../contracts/hooks.ts";
import { escapeText } from "../lib/escape.ts";
import { printBytes } from "./bytes.ts";
import type { CallResult } from "../workbench/open-plugin.ts";
import { printColumns } from "./columns.ts";
import type { Output } from "./output.ts";

/** Enough to see what it is. */
const SHOWN_BYTES_MAX = 4096;
const LINE_LENGTH_MAX = 1000;

/** What a call gave and took. */
export interface ShownCall extends CallResult {
  readonly hook: HookName;
  /** Undefined for hooks that answer no edits. */
  readonly edits: Edits | undefined;
}

export function printCall(call: ShownCall, output: Output): void {
  const { edits, error } = call;
  if (edits !== undefined) printBlock(output, "edits", printColumns(editRows(edits, call.hook)));
  if (call.output !== undefined) printBlock(output, "output", rawLines(call.output));
  printBlock(output, "used", printColumns(usedRows(call)));
  const logs = call.logs.map(({ level, text }) => [level, escapeText(text)]);
  printBlock(output, "log", printColumns(logs));
  if (error !== undefined) output.line(output.printError(error));
}

function printBlock(output: Output, heading: string, lines: readonly string[]): void {
  output.line(`${output.style("bold", heading)}${lines.length === 0 ? " nothing" : ""}`);
  for (const line of lines) output.line(`  ${line}`);
}

function editRows(edits: Edits, hook: HookName): string[][] {
  const { status, headers, target, context, body } = edits;
  const rows: string[][] = [];
  if (status !== undefined) {
    rows.push([hook === "before_request" ? "answers now with" : "status", String(status)]);
  }
  for (const edit of headers) {
    const what = edit.kind === "remove" ? edit.name : `${edit.name}: ${edit.value}`;
    rows.push([{ set: "sets", append: "appends", remove: "removes" }[edit.kind], escapeText(what)]);
  }
  if (target !== undefined) rows.push(["rewrites the target to", target]);
  for (const [key, json] of context) rows.push([`provides ${key}`, escapeText(json)]);
  if (body !== undefined) rows.push(["body", `${body.length} bytes`]);
  return rows;
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
    [
      "memory",
      memoryBytes === 0 ? "not known: the module does not export it" : printBytes(memoryBytes),
    ],
  ];
}

/** The same for machines. */
export function describeCall(call: ShownCall): Readonly<Record<string, unknown>> {
  const { output, record, edits, fuelLimit, logs } = call;
  return {
    hook: call.hook,
    ...(output !== undefined && describeBytes("output", output)),
    ...(edits !== undefined && {
      edits: { ...edits, ...(edits.body !== undefined && describeBytes("body", edits.body)) },
    }),
    fuel: record?.fuel,
    fuelLimit,
    durationMs: record?.durationMs,
    memoryBytes: record?.memoryBytes,
    logs,
  };
}

/** Bytes as text where they are text. */
function describeBytes(name: string, bytes: Uint8Array): Readonly<Record<string, string>> {
  const buffer = Buffer.from(bytes);
  if (isUtf8(buffer)) return { [name]: buffer.toString("utf8") };
  return { [name]: buffer.toString("base64"), [`${name}Encoding`]: "base64" };
}

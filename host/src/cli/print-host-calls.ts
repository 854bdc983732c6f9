import { Buffer, isUtf8 } from "node:buffer";
import { escapeText } from "../lib/escape.ts";
import type { HostCall } from "../workbench/note-calls.ts";
import { describeBytes } from "./bytes.ts";

/** Enough to see which call it is; `--json` has all of it. */
const SHOWN_MAX = 100;

/** What a plugin asked of the host, a row for each: `kv get  "visits"  → "41"`. */
export function hostCallRows(calls: readonly HostCall[]): string[][] {
  return calls.map(({ capability, operation, parameters, answer, fault }) => [
    `${capability} ${operation}`,
    parameters.filter(isGiven).map(printValue).join(", "),
    fault === undefined ? printAnswer(answer) : `→ ${fault.code}: ${escapeText(fault.message)}`,
  ]);
}

/** The same for machines. */
export function describeHostCalls(calls: readonly HostCall[]): unknown {
  return calls.map(({ parameters, answer, ...call }) => ({
    ...call,
    parameters: toJson(parameters.filter(isGiven)),
    ...(isGiven(answer) && { answer: toJson(answer) }),
  }));
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

function printAnswer(answer: unknown): string {
  return isGiven(answer) ? `→ ${printValue(answer)}` : "";
}

function printValue(value: unknown): string {
  return value instanceof Uint8Array && !isUtf8(value)
    ? `${value.length} bytes`
    : escapeText(JSON.stringify(toJson(value)), SHOWN_MAX);
}

/** As JSON has it: bytes that are no text as an object with their Base64. */
function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return isUtf8(value) ? Buffer.from(value).toString("utf8") : describeBytes("bytes", value);
  }
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Map) return toJson(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toJson(part)]));
}

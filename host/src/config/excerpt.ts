import type { SourcePosition } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";

const WIDTH_MAX = 80;

/** The line of a position with a caret below its column, as compilers show it; nothing for an empty one. */
export function printExcerpt(text: string, position: SourcePosition): string | undefined {
  const { line = 1, column = 1 } = position;
  const whole = lineOf(text, line);
  if (whole.trim() === "") return undefined;
  // Of a long line the part around the column.
  const from = Math.max(0, Math.min(column - 1 - WIDTH_MAX / 2, whole.length - WIDTH_MAX));
  const before = escapeText(whole.slice(from, column - 1).replaceAll("\t", " "));
  const after = escapeText(whole.slice(column - 1, from + WIDTH_MAX).replaceAll("\t", " "));
  const margin = `${line} | `;
  const caret = `${" ".repeat(margin.length - 2)}| ${" ".repeat(before.length)}^`;
  return `${margin}${before}${after}\n${caret}`;
}

function lineOf(text: string, line: number): string {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf("\n", start);
    if (end === -1) return "";
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  return text.slice(start, end === -1 ? text.length : end).replace(/\r$/, "");
}

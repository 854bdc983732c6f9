import { BUNDLE_FILE, type SourceLines } from "./bootstrap.ts";

const FRAMES_MAX = 12;

/** The author's frames of an engine stack, in the author's files and lines. */
export function mapStack(stack: string, table: SourceLines): string[] {
  const frames: string[] = [];
  for (const line of stack.split("\n")) {
    const found = /^ *at (.*) \((.*):(\d+):(\d+)\)$/.exec(line);
    if (found === null || found[2] !== BUNDLE_FILE) continue;
    const place = originalPlace(table, Number(found[3]), Number(found[4]));
    if (place === undefined) continue;
    const name = found[1] ?? "";
    frames.push(name.startsWith("<") ? `    at ${place}` : `    at ${name} (${place})`);
    if (frames.length === FRAMES_MAX) break;
  }
  return frames;
}

/** Where a function of the author's begins: the engine notes it in properties that no standard has. */
export function placeOfFunction(called: object, table: SourceLines): string | undefined {
  const [file, line, column] = ["fileName", "lineNumber", "columnNumber"].map((key): unknown =>
    Reflect.get(called, key),
  );
  return file === BUNDLE_FILE ? originalPlace(table, Number(line), Number(column)) : undefined;
}

/** `file:line:column` of the last segment that starts at or before the column. */
function originalPlace(table: SourceLines, line: number, column: number): string | undefined {
  const segments = table.lines[line - 1];
  if (segments === undefined || segments === "") return undefined;
  let best: readonly string[] | undefined;
  for (const segment of segments.split(" ")) {
    const fields = segment.split(",");
    if (best !== undefined && Number(fields[0]) > column) break;
    best = fields;
  }
  if (best === undefined) return undefined;
  return `${table.sources[Number(best[1])] ?? "?"}:${best[2] ?? "?"}:${best[3] ?? "?"}`;
}

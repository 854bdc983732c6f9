import type { SourceLines } from "../runtime/bootstrap.ts";

/** What is read of a source map (ECMA-426). */
export interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

interface Segment {
  readonly generatedColumn: number;
  readonly source: number;
  readonly line: number;
  readonly column: number;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * The map as the table that a plugin carries, so that an error names the author's line without
 * decoding a map inside the guest. Sources that `isShown` refuses are left out; those in
 * node_modules are kept by the line only.
 */
export function toSourceLines(map: SourceMap, isShown: (source: string) => boolean): SourceLines {
  const shown = map.sources.filter(isShown);
  const indexes = map.sources.map((source) => shown.indexOf(source));
  const lines = decodeMappings(map.mappings).map((segments) => {
    const parts: string[] = [];
    let last = "";
    for (const { generatedColumn, source, line, column } of segments) {
      const index = indexes[source] ?? -1;
      const isLibrary = (map.sources[source] ?? "").includes("node_modules/");
      if (index < 0 || (isLibrary && parts.length > 0)) continue;
      const place = `${index},${line + 1},${column + 1}`;
      if (place !== last) parts.push(`${generatedColumn + 1},${place}`);
      last = place;
    }
    return parts.join(" ");
  });
  return { sources: shown, lines };
}

/** Segments of each generated line; those that name no source are left out. */
function decodeMappings(mappings: string): Segment[][] {
  let source = 0;
  let line = 0;
  let column = 0;
  return mappings.split(";").map((text) => {
    let generatedColumn = 0;
    const segments: Segment[] = [];
    for (const field of text.split(",")) {
      const [generatedDelta = 0, ...rest] = decodeVlq(field);
      generatedColumn += generatedDelta;
      const [sourceDelta, lineDelta = 0, columnDelta = 0] = rest;
      if (sourceDelta === undefined) continue;
      source += sourceDelta;
      line += lineDelta;
      column += columnDelta;
      segments.push({ generatedColumn, source, line, column });
    }
    return segments;
  });
}

/** Base64 VLQ: five bits a digit, the least first; the lowest bit of a number is its sign. */
function decodeVlq(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = BASE64.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

import type { Frame, Place } from "../../sandbox/profiling/frames.ts";
import type { FuelProfile } from "../../sandbox/profiling/fuel-profiler.ts";
import { escapeText } from "../../lib/escape.ts";
import { BEYOND, visitCalls } from "./sum-functions.ts";

/** One call of a flame graph: as wide as its fuel, below its caller. */
export interface FlameBox {
  readonly frame: Frame;
  readonly depth: number;
  /** Where it begins, in units of fuel from the left. */
  readonly start: number;
  readonly total: number;
  readonly self: number;
  readonly calls: number;
}

/** What takes less than this part of the whole is no wider than a hair. */
const HAIR = 1 / 4000;

/** The boxes of a profile that are wide enough to be seen, callers before callees. */
export function flameBoxes({ frames, fuel, calls }: FuelProfile): FlameBox[] {
  const boxes: FlameBox[] = [];
  const open: { readonly depth: number; readonly start: number }[] = [];
  visitCalls(calls, {
    enter: (_, depth, start) => void open.push({ depth, start }),
    leave: ({ frame, self, calls: made }, total) => {
      const { depth, start } = open.pop() ?? { depth: 0, start: 0 };
      if (total < fuel * HAIR || total === 0) return;
      boxes.push({ frame: frames[frame] ?? BEYOND, depth, start, total, self, calls: made });
    },
  });
  return boxes.toSorted((a, b) => a.depth - b.depth || a.start - b.start);
}

/** `name (src/plugin.ts:12)`. */
export function labelOf({ name, place }: Frame): string {
  const shown = escapeText(name, 200).toWellFormed();
  if (place === undefined) return shown;
  return `${shown} (${escapeText(printPlace(place), 200).toWellFormed()})`;
}

/** `src/plugin.ts:12`. */
export function printPlace({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** The same colour for the same function; kinds differ in hue. */
export function colourOf({ kind, name }: Frame): string {
  let hash = 0;
  for (const char of name) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) | 0;
  const shade = 62 + (Math.abs(hash) % 17);
  const hue = { wasm: 28, script: 38, native: 205, host: 275 }[kind] + (Math.abs(hash >> 5) % 14);
  return `hsl(${hue} 75% ${shade}%)`;
}

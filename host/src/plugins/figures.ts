import type { JsonObject } from "../contracts/json.ts";
import { escapeText } from "../lib/escape.ts";
import { METRIC_NAME } from "../sandbox/capabilities/metrics.ts";
import { outputMalformed, readJsonObject } from "./json-output.ts";

/** As many as a plugin may have names of metrics. */
const FIGURES_MAX = 100;

/** Figures by name, as `get_metrics` answers them; an empty output is none. */
export type Figures = readonly (readonly [name: string, value: number])[];

/** Throws `guest_output_malformed`: figures that are not understood are not half exported. */
export function readFigures(output: Uint8Array): Figures {
  if (output.length === 0) return [];
  const expected = 'expected {"name": number, …}';
  const value: JsonObject = readJsonObject("get_metrics", output, expected);
  const entries = Object.entries(value);
  if (entries.length > FIGURES_MAX) {
    throw malformed(`expected at most ${FIGURES_MAX} figures, got ${entries.length}`);
  }
  return entries.map(([name, figure]) => {
    if (!METRIC_NAME.test(name)) {
      throw malformed(`"${escapeText(name, 80)}" is no name such as cache_entries`);
    }
    // JSON has no infinity, but 1e999 reads as one.
    if (typeof figure !== "number" || !Number.isFinite(figure)) {
      throw malformed(`${name} is no finite number`);
    }
    return [name, figure];
  });
}

function malformed(reason: string): Error {
  return outputMalformed("get_metrics", reason);
}

import type { Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import { metresFromFeet } from "../report/units.ts";
import type { Metar, RunwayVisualRange } from "./metar-report.ts";

/** FM 15 15.7, and feet with a tendency behind a slash as in the United States and Canada. */
const RANGE = /^R(\d{2}[LCR]{0,2})\/([PM]?\d{4})(?:V([PM]?\d{4}))?(FT)?\/?([UDN])?$/;
const MISSING = /^R(\d{2}[LCR]{0,2})\/\/+(?:FT)?(?:\/?[UDN])?$/;
const RANGE_LIKE = /^R\d{2}[LCR]{0,2}\//;

const TENDENCIES: Readonly<Record<string, "up" | "down" | "none">> = {
  U: "up",
  D: "down",
  N: "none",
};

/** Reads one runway visual range. False when the group is something else. */
export function readRunwayVisualRange(cursor: Cursor, into: Draft<Metar>): boolean {
  const group = cursor.peek();
  if (!group.startsWith("R")) return false;
  if (group === "RVRNO") {
    into.rvrUnavailable = true;
  } else if (!MISSING.test(group)) {
    const match = RANGE.exec(group);
    if (match === null) {
      if (!RANGE_LIKE.test(group)) return false;
      throw cursor.unexpected(
        "a runway visual range such as R27L/0375N or R06/1200V1800FT/U, or a runway state of six digits",
      );
    }
    (into.rvr ??= []).push(rangeOf(match));
  }
  cursor.advance();
  return true;
}

function rangeOf(match: RegExpExecArray): RunwayVisualRange {
  const [, runway = "", low = "", high, feet, tendency] = match;
  const lowBound = boundOf(low);
  const range: Draft<RunwayVisualRange> = { runway, rvrM: metresOf(low, feet) };
  if (lowBound !== undefined) range.rvrBound = lowBound;
  if (high !== undefined) {
    const highBound = boundOf(high);
    range.rvrMaxM = metresOf(high, feet);
    if (highBound !== undefined) range.rvrMaxBound = highBound;
  }
  const trend = tendency === undefined ? undefined : TENDENCIES[tendency];
  if (trend !== undefined) range.trend = trend;
  return { ...range, runway, rvrM: metresOf(low, feet) };
}

function metresOf(text: string, feet: string | undefined): number {
  const value = Number(text.slice(-4));
  return feet === undefined ? value : metresFromFeet(value);
}

function boundOf(text: string): "above" | "below" | undefined {
  if (text.startsWith("P")) return "above";
  return text.startsWith("M") ? "below" : undefined;
}

import type { Draft } from "../../observation.ts";
import type { Cursor } from "../../report/cursor.ts";
import type { Lightning, Remarks } from "./remarks-report.ts";

const FREQUENCIES: ReadonlySet<string> = new Set(["OCNL", "FRQ", "CONS"]);
const LIGHTNING = /^LTG((?:IC|CC|CG|CA)*)$/;
const PLACE = /^(?:DSNT|VC|OHD|ALQDS|AND|ALL|QUADS|(?:[NS][EW]?|[EW])(?:-(?:[NS][EW]?|[EW]))*)$/;
/** `DSNT N-NE AND SW-W` is four groups; more is another remark. */
const PLACE_GROUPS_MAX = 6;

/** Reads lightning such as `FRQ LTGICCG DSNT S-W` (FMH-1 12.7.1.i): the number of groups, or 0. */
export function readLightning(cursor: Cursor, into: Draft<Remarks>): number {
  const hasFrequency = FREQUENCIES.has(cursor.peek());
  let groups = hasFrequency ? 1 : 0;
  const match = LIGHTNING.exec(cursor.peek(groups));
  if (match === null) return 0;
  groups += 1;
  const place: string[] = [];
  while (place.length < PLACE_GROUPS_MAX && PLACE.test(cursor.peek(groups))) {
    place.push(cursor.peek(groups));
    groups += 1;
  }
  const lightning: Draft<Lightning> = hasFrequency ? { frequency: cursor.peek() } : {};
  const types = (match[1] ?? "").match(/../g) ?? [];
  if (place.length > 0) lightning.where = place.join(" ");
  (into.lightning ??= []).push({ ...lightning, types });
  return groups;
}

import type { Conditions, Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import { knotsFromKilometresPerHour, knotsFromMetresPerSecond } from "../report/units.ts";

/**
 * FM 15 15.5: dddff[f][Gff[f]] and the unit, with slashes or M for what is missing. Some automatic
 * stations leave the unit out: knots.
 */
const WIND =
  /^(\d{3}|VRB|\/{3}|MMM)(P?\d{2,3}|\/{2,4}|MM)(?:G(P?\d{2,3}|\/\/|MM))?(KTS?|MPS|KMH|KPH)?$/;
const WIND_LIKE = /^[\dVPM/][\dA-Z/]*(?:KTS?|MPS|KMH|KPH)$/;
const REPORTED = /^P?\d/;
const VARIATION = /^(\d{3}|\/{3})V(\d{3}|\/{3})$/;

export const WIND_EXPECTED =
  "the wind as dddff[Gff] and KT, MPS or KMH, such as 24016G28KT or VRB03KT";

/** Reads a wind group. False when the group is something else. */
export function readWind(cursor: Cursor, into: Draft<Conditions>): boolean {
  const group = cursor.peek();
  const match = WIND.exec(group);
  if (match === null) {
    if (WIND_LIKE.test(group)) throw cursor.unexpected(WIND_EXPECTED);
    return false;
  }
  const [, direction = "", speed = "", gust = "", unit = "KT"] = match;
  if (into.windKt !== undefined || into.windDirDeg !== undefined) {
    throw cursor.unexpected("only one wind group");
  }
  const degrees = Number(direction);
  if (degrees > 360) throw cursor.unexpected("a wind direction from 000 to 360");
  const hasSpeed = REPORTED.test(speed);
  if (direction === "VRB") into.windVariable = true;
  // 000 is a direction only of calm: without a speed it says nothing.
  else if (degrees > 0 || (degrees === 0 && hasSpeed)) into.windDirDeg = degrees;
  if (hasSpeed) {
    into.windKt = knots(speed, unit);
    if (speed.startsWith("P")) into.windBound = "above";
  }
  if (REPORTED.test(gust)) {
    into.gustKt = knots(gust, unit);
    if (gust.startsWith("P")) into.gustBound = "above";
  }
  cursor.advance();
  return true;
}

/** Reads the extremes of a varying direction, such as 240V300. */
export function readWindVariation(cursor: Cursor, into: Draft<Conditions>): boolean {
  const match = VARIATION.exec(cursor.peek());
  if (match === null) return false;
  const from = Number(match[1]);
  const to = Number(match[2]);
  if (from > 360 || to > 360) throw cursor.unexpected("wind directions from 000 to 360");
  if (from >= 0 && to >= 0) {
    into.windFromDeg = from;
    into.windToDeg = to;
  }
  cursor.advance();
  return true;
}

function knots(text: string, unit: string): number {
  const speed = Number(text.startsWith("P") ? text.slice(1) : text);
  switch (unit) {
    case "MPS":
      return knotsFromMetresPerSecond(speed);
    case "KMH":
    case "KPH":
      return knotsFromKilometresPerHour(speed);
    default:
      return speed;
  }
}

import { dayTime, isPeriod, readOldPeriod, readPeriod } from "../groups/time.ts";
import type { Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import { readStation } from "../metar/header.ts";
import type { Taf } from "./taf-report.ts";

/** The minutes are now and then left to be filled in: 2007XXZ. */
const ISSUED = /^(\d{2})(\d{2})(\d{2}|XX|\/\/)Z?$/;
const ISSUED_LIKE = /Z$/;

/** What every forecast has. */
export type TafHeader = Draft<Taf> & Pick<Taf, "type" | "station">;

/** Reads TAF, the kind of report, the station, time of issue and validity. */
export function readTafHeader(cursor: Cursor): TafHeader {
  const kind: Draft<Taf> = {};
  readKinds(cursor, kind);
  const station = readStation(cursor);
  readKinds(cursor, kind);
  readIssued(cursor, kind);
  readKinds(cursor, kind);
  if (kind.nil !== true) readValidity(cursor, kind);
  readKinds(cursor, kind);
  return { type: "TAF", station, ...kind };
}

/** Bulletins repeat these words and put them before or behind the station. */
function readKinds(cursor: Cursor, into: Draft<Taf>): void {
  for (;;) {
    switch (cursor.peek()) {
      case "TAF":
        break;
      case "AMD":
        into.amended = true;
        break;
      case "COR":
        into.corrected = true;
        break;
      case "RTD":
        into.delayed = true;
        break;
      case "NIL":
        into.nil = true;
        break;
      case "CNL":
        into.cancelled = true;
        break;
      default:
        return;
    }
    cursor.advance();
  }
}

/** The time of issue may be left out; the validity may not. */
function readIssued(cursor: Cursor, into: Draft<Taf>): void {
  const group = cursor.peek();
  const match = ISSUED.exec(group);
  if (match === null) {
    if (ISSUED_LIKE.test(group)) throw cursor.unexpected("the day and time of issue as ddhhmmZ");
    return;
  }
  // Six digits are the old validity when no other validity follows.
  const isOldValidity = !group.endsWith("Z") && !isPeriod(cursor.peek(1));
  if (isOldValidity) return;
  const [, day = "", hour = "", minute = ""] = match;
  const hasMinute = /\d/.test(minute);
  const time = dayTime(cursor, day, hour + (hasMinute ? minute : "00"));
  into.day = Number(day);
  if (hasMinute && time.hhmm !== undefined) into.hhmm = time.hhmm;
  cursor.advance();
}

function readValidity(cursor: Cursor, into: Draft<Taf>): void {
  const period = readPeriod(cursor) ?? readOldPeriod(cursor);
  if (period === undefined) {
    throw cursor.unexpected("the validity as ddhh/ddhh, such as 1506/1612");
  }
  into.from = period.from;
  into.until = period.until;
}

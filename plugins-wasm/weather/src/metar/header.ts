import type { Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import type { Metar } from "./metar-report.ts";

const STATION = /^[A-Z][A-Z0-9]{3}$/;
const TIME = /^(\d{2})(\d{2})(\d{2})Z?$/;
const CORRECTION = /^(?:COR|CC[A-Z])$/;

/** What every report has. */
export type MetarHeader = Draft<Metar> & Pick<Metar, "type" | "station" | "day" | "hhmm">;

/** Reads the type (METAR when left out), the station, day and time, and what kind of report it is. */
export function readHeader(cursor: Cursor): MetarHeader {
  let type: Metar["type"] = "METAR";
  const kind: Draft<Metar> = {};
  // Bulletins repeat the type or put the correction before the station.
  for (;;) {
    const group = cursor.peek();
    if (group === "METAR" || group === "SPECI") type = group;
    else if (!readKind(group, kind)) break;
    cursor.advance();
  }
  const station = readStation(cursor);
  const match = TIME.exec(cursor.peek());
  if (match === null) throw cursor.unexpected("the day and time as ddhhmmZ, such as 051853Z");
  const [, day = "", hour = "", minute = ""] = match;
  if (Number(day) < 1 || Number(day) > 31) {
    throw cursor.unexpected("a day of the month from 01 to 31 in ddhhmmZ");
  }
  if (Number(hour) > 23) throw cursor.unexpected("an hour from 00 to 23 in ddhhmmZ");
  if (Number(minute) > 59) throw cursor.unexpected("a minute from 00 to 59 in ddhhmmZ");
  do cursor.advance();
  while (readKind(cursor.peek(), kind));
  return { type, station, day: Number(day), hhmm: hour + minute, ...kind };
}

/** Reads an ICAO location indicator, or one of the like that national networks give. */
export function readStation(cursor: Cursor): string {
  const station = cursor.peek();
  if (!STATION.test(station)) {
    throw cursor.unexpected("the station as four letters or digits, such as KJFK");
  }
  cursor.advance();
  return station;
}

function readKind(group: string, into: Draft<Metar>): boolean {
  if (group === "AUTO") into.auto = true;
  else if (group === "NIL") into.nil = true;
  else if (group === "RTD") into.delayed = true;
  else if (CORRECTION.test(group)) into.correction = group;
  else return false;
  return true;
}

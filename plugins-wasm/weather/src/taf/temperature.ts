import { dayTime, checkHhmm } from "../groups/time.ts";
import type { Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import { celsius } from "../metar/temperature.ts";
import type { ForecastTemperature, Taf } from "./taf-report.ts";

/** FM 51 51.10: TX and TN with the time of the extreme; older forecasts give the hour alone. */
const TEMPERATURE = /^T([XN])\/?(M?\d{2})(?:\/(\d{2})?(\d{2})Z?)?$/;
const TEMPERATURE_LIKE = /^T[XN][/M\d]/;
/** A slash in the wrong place sends the time into a group of its own: TX/34 2112Z. */
const TIME = /^(\d{2})(\d{2})Z$/;

/** Reads the highest or lowest temperature. False when the group is something else. */
export function readForecastTemperature(cursor: Cursor, into: Draft<Taf>): boolean {
  const match = TEMPERATURE.exec(cursor.peek());
  if (match === null) {
    if (!TEMPERATURE_LIKE.test(cursor.peek())) return false;
    throw cursor.unexpected("a temperature such as TX17/1512Z or TNM02/1605Z");
  }
  const [, extreme, text] = match;
  const tempC = celsius(text) ?? 0;
  const temperature: ForecastTemperature = { tempC, ...readTime(cursor, match[3], match[4]) };
  if (extreme === "X") (into.tempMax ??= []).push(temperature);
  else (into.tempMin ??= []).push(temperature);
  return true;
}

function readTime(
  cursor: Cursor,
  day: string | undefined,
  hour: string | undefined,
): { readonly day?: number; readonly hhmm?: string } {
  if (hour !== undefined) {
    const hhmm = `${hour}00`;
    checkHhmm(cursor, hhmm);
    const time = day === undefined ? { hhmm } : dayTime(cursor, day, hhmm);
    cursor.advance();
    return time;
  }
  cursor.advance();
  const [, ownDay, ownHour] = TIME.exec(cursor.peek()) ?? [];
  return ownDay === undefined ? {} : readTime(cursor, ownDay, ownHour);
}

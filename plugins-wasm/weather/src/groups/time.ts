import type { DayTime } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";

const PERIOD = /^(\d{2})(\d{2})\/(\d{2})(\d{2})$/;
/** Before November 2008: the day when it is not today's, then the first and the last hour. */
const OLD_PERIOD = /^(\d{2})?(\d{2})(\d{2})$/;

export interface Period {
  readonly from: DayTime;
  readonly until: DayTime;
}

/** Checks a day of the month and a time of day in the current group; throws what was expected. */
export function dayTime(cursor: Cursor, day: string, hhmm: string): DayTime {
  if (!isDay(day)) throw cursor.unexpected("a day of the month from 01 to 31");
  checkHhmm(cursor, hhmm);
  return { day: Number(day), hhmm };
}

/** Checks a time of day. 2400 is the end of a day in forecasts (FM 51 51.2.2). */
export function checkHhmm(cursor: Cursor, hhmm: string): void {
  const hour = Number(hhmm.slice(0, 2));
  const minute = Number(hhmm.slice(2));
  if (hour > 24 || (hour === 24 && minute > 0)) throw cursor.unexpected("an hour from 00 to 24");
  if (minute > 59) throw cursor.unexpected("a minute from 00 to 59");
}

/** Reads a period such as 1506/1612: day and hour, twice. Nothing when the group is something else. */
export function readPeriod(cursor: Cursor): Period | undefined {
  const match = PERIOD.exec(cursor.peek());
  if (match === null) return undefined;
  const [, fromDay = "", fromHour = "", untilDay = "", untilHour = ""] = match;
  const from = dayTime(cursor, fromDay, `${fromHour}00`);
  const until = dayTime(cursor, untilDay, `${untilHour}00`);
  cursor.advance();
  return { from, until };
}

/** Reads a period of the old form, such as 121818 or 1014. Nothing when the group is something else. */
export function readOldPeriod(cursor: Cursor): Period | undefined {
  const match = OLD_PERIOD.exec(cursor.peek());
  if (match === null) return undefined;
  const [, day, fromHour = "", untilHour = ""] = match;
  const hhmm = `${fromHour}00`;
  const until = { hhmm: `${untilHour}00` };
  checkHhmm(cursor, hhmm);
  checkHhmm(cursor, until.hhmm);
  const from = day === undefined ? { hhmm } : dayTime(cursor, day, hhmm);
  cursor.advance();
  return { from, until };
}

/** The group has the form of a period, old or new. */
export function isPeriod(group: string): boolean {
  return PERIOD.test(group) || OLD_PERIOD.test(group);
}

function isDay(text: string): boolean {
  const day = Number(text);
  return day >= 1 && day <= 31;
}

import type { JsonField } from "./json-field.ts";

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const DURATION = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?)?$/;
const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 1440;

/** Minutes since 1970-01-01T00:00Z of an ISO 8601 time; without a zone it is `offsetMinutes` ahead. */
export function readMinutes(field: JsonField, offsetMinutes = 0): number | undefined {
  const text = field.text();
  if (text === undefined) return undefined;
  const minutes = parseMinutes(text, offsetMinutes);
  if (minutes === undefined) throw field.unexpected("a time such as 2026-03-02T23:53:00+00:00");
  return minutes;
}

export function parseMinutes(text: string, offsetMinutes = 0): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1, 6).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59) return undefined;
  const local =
    daysFromCivil(year, month, day) * MINUTES_PER_DAY + hour * MINUTES_PER_HOUR + minute;
  return local - (zoneMinutes(match[6]) ?? offsetMinutes);
}

/** Minutes of an ISO 8601 duration such as PT1H or P1DT6H. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return days * MINUTES_PER_DAY + hours * MINUTES_PER_HOUR + minutes;
}

export interface UtcTime {
  readonly day: number;
  readonly hhmm: string;
  /** 2026-03-02T23:53Z */
  readonly time: string;
}

export function utcTime(minutes: number): UtcTime {
  const days = Math.floor(minutes / MINUTES_PER_DAY);
  const ofDay = minutes - days * MINUTES_PER_DAY;
  const { year, month, day } = civilFromDays(days);
  const hour = pad(Math.floor(ofDay / MINUTES_PER_HOUR));
  const minute = pad(ofDay % MINUTES_PER_HOUR);
  const date = `${String(year).padStart(4, "0")}-${pad(month)}-${pad(day)}`;
  return { day, hhmm: hour + minute, time: `${date}T${hour}:${minute}Z` };
}

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  if (zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * MINUTES_PER_HOUR + Number(zone.slice(-2));
  return zone.startsWith("-") ? -minutes : minutes;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

/** Days since 1970-01-01 in the Gregorian calendar, counting years from March (Hinnant). */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

/** The inverse of `daysFromCivil`. */
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthOfYear = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthOfYear + 2) / 5) + 1;
  const month = monthOfYear < 10 ? monthOfYear + 3 : monthOfYear - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

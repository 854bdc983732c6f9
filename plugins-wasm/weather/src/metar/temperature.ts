import type { Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import type { Metar } from "./metar-report.ts";

/** FM 15 15.11: T'T'/T'dT'd with M for minus; slashes, M or XX for a value that is missing. */
const BOTH = /^(M?\d{2}|M{1,2}|XX|\/{1,3})?\/(M?\d{2}|M{1,2}|XX|\/{1,3})?$/;
const DEW_ONLY = /^\/{2,5}(M?\d{2})$/;
const TEMPERATURE_LIKE = /^[M\d-]\d?\d?\/[M\d-]\d*$/;

/** Reads temperature and dew point. False when the group is something else. */
export function readTemperature(cursor: Cursor, into: Draft<Metar>): boolean {
  const group = cursor.peek();
  if (!group.includes("/") || group.length < 2) return false;
  const dewOnly = DEW_ONLY.exec(group);
  const both = dewOnly === null ? BOTH.exec(group) : null;
  if (dewOnly === null && both === null) {
    if (TEMPERATURE_LIKE.test(group)) {
      throw cursor.unexpected("temperature and dew point with two digits each, such as 09/M01");
    }
    return false;
  }
  const temp = celsius(both?.[1]);
  const dew = celsius(dewOnly?.[1] ?? both?.[2]);
  if (temp !== undefined && into.tempC !== undefined) {
    throw cursor.unexpected("only one temperature group");
  }
  if (temp !== undefined) into.tempC = temp;
  if (dew !== undefined) into.dewC = dew;
  cursor.advance();
  return true;
}

/** Degrees as `07` or `M07`; nothing when they are missing. */
export function celsius(text: string | undefined): number | undefined {
  if (text === undefined || !/\d$/.test(text)) return undefined;
  // M00 is a temperature between -0.5 and 0: zero, not minus zero.
  return text.startsWith("M") ? 0 - Number(text.slice(1)) : Number(text);
}

import { checkHhmm, dayTime, isPeriod, readOldPeriod, readPeriod } from "../groups/time.ts";
import type { DayTime, Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import type { Change } from "./taf-report.ts";

const PROBABILITY = /^PROB(\d{2})$/;
/** FM with day, hour and minute; before November 2008 with hour and minute, or the hour alone. */
const FROM = /^FM(?:(\d{2})(\d{4})|(\d{4})|(\d{2}))Z?$/;
const FROM_LIKE = /^FM\d/;
const WORDS: ReadonlySet<string> = new Set(["BECMG", "TEMPO", "INTER"]);

/** What begins a change, before the conditions that belong to it. */
export type ChangeHead = Draft<Change> & Pick<Change, "change">;

/** The group begins a change of the forecast. */
export function isChange(group: string): boolean {
  return WORDS.has(group) || PROBABILITY.test(group) || FROM_LIKE.test(group);
}

/** The same words also stand in free text: there, only a period behind them begins a change. */
export function isChangeInText(cursor: Cursor): boolean {
  const group = cursor.peek();
  const next = cursor.peek(1);
  if (PROBABILITY.test(group)) return next === "TEMPO" || isPeriod(next);
  return WORDS.has(group) ? isPeriod(next) : FROM.test(group) && !/^FM\d{2}Z?$/.test(group);
}

/** Reads the word and the period of a change. */
export function readChangeHead(cursor: Cursor): ChangeHead {
  const from = readFrom(cursor);
  if (from !== undefined) return { change: "FM", from };
  const probability = PROBABILITY.exec(cursor.peek())?.[1];
  if (probability === undefined) {
    const head = { change: readWord(cursor) };
    return { ...head, ...readChangePeriod(cursor, head.change) };
  }
  cursor.advance();
  const probabilityPct = Number(probability);
  if (cursor.peek() === "TEMPO" || cursor.peek() === "INTER") {
    const change = readWord(cursor);
    return { change, probabilityPct, ...readChangePeriod(cursor, change) };
  }
  // Forecasts end in a PROB now and then: cut off behind it, and still of use.
  if (cursor.done) return { change: "PROB", probabilityPct };
  return { change: "PROB", probabilityPct, ...readChangePeriod(cursor, `PROB${probability}`) };
}

function readWord(cursor: Cursor): "BECMG" | "TEMPO" | "INTER" {
  const group = cursor.peek();
  cursor.advance();
  return group === "BECMG" || group === "INTER" ? group : "TEMPO";
}

function readChangePeriod(
  cursor: Cursor,
  change: string,
): { readonly from: DayTime; readonly until: DayTime } {
  const period = readPeriod(cursor) ?? readOldPeriod(cursor);
  if (period === undefined) throw cursor.unexpected(`the period of ${change} as ddhh/ddhh`);
  return period;
}

function readFrom(cursor: Cursor): DayTime | undefined {
  const group = cursor.peek();
  if (!FROM_LIKE.test(group)) return undefined;
  const match = FROM.exec(group);
  if (match === null) throw cursor.unexpected("FM with day, hour and minute, such as FM191600");
  const [, day, dayHhmm = "", hhmm, hour] = match;
  const time = hhmm ?? `${hour}00`;
  if (day === undefined) checkHhmm(cursor, time);
  const from = day === undefined ? { hhmm: time } : dayTime(cursor, day, dayHhmm);
  cursor.advance();
  return from;
}

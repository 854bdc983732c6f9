import { readConditions } from "../groups/conditions.ts";
import { checkHhmm, readPeriod } from "../groups/time.ts";
import { type DayTime, type Draft, complete } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import type { Trend } from "./metar-report.ts";
import { readColour } from "./supplement.ts";

/** NOSTEND is sent in place of NOSIG by some stations. */
const NO_CHANGE: ReadonlySet<string> = new Set(["NOSIG", "NOSTEND"]);
const PROBABILITY = /^PROB(\d{2})$/;
const TIME = /^(FM|TL|AT)(\d{4})Z?$/;
const FROM = /^FM\d{4}Z?$/;
const CHANGES: ReadonlySet<string> = new Set(["BECMG", "TEMPO", "INTER"]);

/** A trend forecast begins here (FM 15 15.14). */
export function isTrend(cursor: Cursor): boolean {
  const group = cursor.peek();
  if (group.startsWith("P")) return PROBABILITY.test(group);
  if (group.startsWith("F")) return FROM.test(group);
  return CHANGES.has(group) || NO_CHANGE.has(group);
}

/** Reads a trend with all the groups that belong to it. */
export function readTrend(cursor: Cursor): Trend {
  if (NO_CHANGE.has(cursor.peek())) {
    cursor.advance();
    return complete({ change: "NOSIG" });
  }
  const draft: Draft<Trend> = {};
  const change = readChange(cursor, draft);
  readTimes(cursor, draft);
  const first = cursor.index;
  while (!cursor.done && cursor.peek() !== "RMK" && !isTrend(cursor)) {
    // A runway state may follow a trend: what belongs to no trend is the report's again.
    if (!readConditions(cursor, draft) && !readColour(cursor, draft)) break;
  }
  if (cursor.index === first) throw cursor.unexpected(`what changes, after ${change}`);
  return complete({ change, ...draft });
}

function readChange(cursor: Cursor, into: Draft<Trend>): Exclude<Trend["change"], "NOSIG"> {
  const probability = PROBABILITY.exec(cursor.peek())?.[1];
  if (probability !== undefined) {
    into.probabilityPct = Number(probability);
    cursor.advance();
    if (cursor.peek() !== "TEMPO") return "PROB";
  }
  const group = cursor.peek();
  if (group === "BECMG" || group === "TEMPO" || group === "INTER") {
    cursor.advance();
    return group;
  }
  return "FM";
}

function readTimes(cursor: Cursor, into: Draft<Trend>): void {
  const period = readPeriod(cursor);
  if (period !== undefined) {
    into.from = period.from;
    into.until = period.until;
  }
  for (;;) {
    const match = TIME.exec(cursor.peek());
    if (match === null) return;
    const [, edge, hhmm = ""] = match;
    checkHhmm(cursor, hhmm);
    const time: DayTime = { hhmm };
    if (edge === "FM") into.from = time;
    else if (edge === "TL") into.until = time;
    else into.at = time;
    cursor.advance();
  }
}

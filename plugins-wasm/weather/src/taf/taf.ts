import { type Draft, complete } from "../observation.ts";
import { Cursor } from "../report/cursor.ts";
import { type ChangeHead, isChange, isChangeInText, readChangeHead } from "./change.ts";
import { readForecast } from "./forecast.ts";
import { readTafHeader } from "./header.ts";
import type { Forecast, Taf } from "./taf-report.ts";
import { readForecastTemperature } from "./temperature.ts";

/** Words that open free text; forecasters write it with and without RMK. */
const TEXT_WORDS: ReadonlySet<string> = new Set([
  "RMK",
  "LAST",
  "NEXT",
  "NXT",
  "FCST",
  "AMD",
  "AMDS",
  "AUTOMATED",
  "COR",
  "LIMITED",
  "WND",
  "AFT",
  "TIL",
  "NO",
  "WSCONDS",
  "QNH",
]);

/** New Zealand: `2000FT WIND 24025KT`, the wind above the ground. */
const HEIGHT = /^\d{3,5}FT$/;

const EXPECTED =
  "a group of a TAF: wind, visibility, weather, clouds, temperature, FM, BECMG, TEMPO, PROB or RMK";

/**
 * Decodes one TAF by WMO FM 51, with the practice of the United States (military included), Canada
 * and Australia. Throws a `ReportError` at the first group that cannot be read.
 */
export function decodeTaf(text: string): Taf {
  const cursor = new Cursor(text);
  const header = readTafHeader(cursor);
  if (header.nil === true || header.cancelled === true) {
    if (!cursor.done) throw cursor.unexpected(`nothing after ${header.nil ? "NIL" : "CNL"}`);
    return { ...complete(header), changes: [] };
  }
  if (cursor.done) throw cursor.unexpected("the wind or another group, NIL or CNL");
  const changes: ChangeHead[] = [];
  const texts: string[] = [];
  while (!cursor.done) readGroup(cursor, header, changes, texts);
  const remarks = texts.filter((piece) => piece !== "");
  return {
    ...complete(header),
    changes: changes.map(complete),
    ...(remarks.length > 0 ? { remarks } : {}),
  };
}

function readGroup(
  cursor: Cursor,
  header: Draft<Taf>,
  changes: ChangeHead[],
  texts: string[],
): void {
  // After free text the words of a change may be text as well, and no group is wrong.
  const hadText = texts.length > 0;
  if (hadText ? isChangeInText(cursor) : isChange(cursor.peek())) {
    changes.push(readChangeHead(cursor));
    return;
  }
  if (readForecastTemperature(cursor, header)) return;
  const target: Draft<Forecast> = changes.at(-1) ?? header;
  if (readForecast(cursor, target)) return;
  if (!hadText && !isText(cursor.peek())) throw cursor.unexpected(EXPECTED);
  texts.push(readText(cursor));
}

/** Free text up to the next change, temperature or the end; a leading RMK is left out. */
function readText(cursor: Cursor): string {
  if (cursor.peek() === "RMK") cursor.advance();
  const start = cursor.index;
  while (!cursor.done && !isChangeInText(cursor) && !isTemperature(cursor.peek())) {
    cursor.advance();
  }
  return cursor.textSince(start);
}

function isText(group: string): boolean {
  return TEXT_WORDS.has(group) || HEIGHT.test(group);
}

function isTemperature(group: string): boolean {
  return /^T[XN]M?\d/.test(group);
}

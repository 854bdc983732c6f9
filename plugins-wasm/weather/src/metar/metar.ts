import { readPressure } from "../groups/pressure.ts";
import { readConditions } from "../groups/conditions.ts";
import { type Draft, complete } from "../observation.ts";
import { Cursor } from "../report/cursor.ts";
import { readHeader } from "./header.ts";
import type { Metar } from "./metar-report.ts";
import { readRemarks } from "./remarks/remarks.ts";
import { readRunwayState } from "./runway-state.ts";
import { readRunwayVisualRange } from "./rvr.ts";
import { readSupplement } from "./supplement.ts";
import { readTemperature } from "./temperature.ts";
import { isTrend, readTrend } from "./trend.ts";

const EXPECTED =
  "a group of a METAR: wind, visibility, RVR, weather, clouds, temperature, pressure, trend or RMK";

/**
 * Decodes one METAR or SPECI by WMO FM 15 and FM 16, with the United States practice of FMH-1 and
 * variants seen on the wire. Throws a `ReportError` at the first group that cannot be read.
 */
export function decodeMetar(text: string): Metar {
  const cursor = new Cursor(text);
  const header = readHeader(cursor);
  const draft: Draft<Metar> = header;
  if (header.nil === true) {
    if (!cursor.done) throw cursor.unexpected("nothing after NIL");
    return complete(header);
  }
  if (cursor.done) throw cursor.unexpected("the wind or another group, or NIL");
  while (!cursor.done) readGroup(cursor, draft);
  return complete(header);
}

function readGroup(cursor: Cursor, draft: Draft<Metar>): void {
  if (cursor.peek() === "RMK") {
    cursor.advance();
    draft.remarks = readRemarks(cursor, draft.hhmm ?? "0000");
    return;
  }
  if (isTrend(cursor)) {
    (draft.trends ??= []).push(readTrend(cursor));
    return;
  }
  const isRead =
    readTemperature(cursor, draft) ||
    readPressure(cursor, draft) ||
    readConditions(cursor, draft) ||
    readRunwayState(cursor, draft) ||
    readRunwayVisualRange(cursor, draft) ||
    readSupplement(cursor, draft);
  if (!isRead) throw cursor.unexpected(EXPECTED);
}

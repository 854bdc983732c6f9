import type { Draft } from "../../observation.ts";
import type { Cursor } from "../../report/cursor.ts";
import { readRemarkCode } from "./codes.ts";
import { readWeatherEvents } from "./events.ts";
import { readPhrase } from "./phrases.ts";
import type { Remarks } from "./remarks-report.ts";

/**
 * Reads everything after RMK. Remarks are free text with islands of code: nothing in them is an
 * error, and what has no known meaning is kept as text, neighbours together.
 */
export function readRemarks(cursor: Cursor, reportHhmm: string): Remarks {
  const draft: Draft<Remarks> = {};
  const text = cursor.rest();
  const unread: string[] = [];
  let unreadFrom: number | undefined;
  const closeUnread = (): void => {
    if (unreadFrom !== undefined) unread.push(cursor.textSince(unreadFrom));
    unreadFrom = undefined;
  };
  while (!cursor.done) {
    const start = cursor.index;
    const isRead =
      readRemarkCode(cursor.peek(), draft) || readWeatherEvents(cursor.peek(), draft, reportHhmm);
    if (isRead) {
      closeUnread();
      cursor.advance();
      continue;
    }
    const groups = readPhrase(cursor, draft, reportHhmm);
    if (groups === 0) {
      unreadFrom ??= start;
      cursor.advance();
      continue;
    }
    closeUnread();
    cursor.advance(groups);
  }
  closeUnread();
  if (unread.length > 0) draft.unread = unread;
  return { text, ...draft };
}

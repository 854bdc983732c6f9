import type { Conditions, Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import { readSky } from "./sky.ts";
import { readVisibility } from "./visibility.ts";
import { readWeather } from "./weather.ts";
import { readWind, readWindVariation } from "./wind.ts";

/** Only slashes: an element that was not measured. */
const NOT_REPORTED = /^\/+$/;

/**
 * Reads one group of wind, visibility, weather or clouds. The order of FM 15 is not enforced:
 * stations swap groups, and no group can be taken for one of another family.
 */
export function readConditions(cursor: Cursor, into: Draft<Conditions>): boolean {
  const group = cursor.peek();
  // The first character rules most families out before any of them looks closer.
  if (group >= "0" && group < ":") {
    return (
      readVisibility(cursor, into) || readWind(cursor, into) || readWindVariation(cursor, into)
    );
  }
  if (NOT_REPORTED.test(group)) {
    cursor.advance();
    return true;
  }
  return (
    readSky(cursor, into) ||
    readWeather(cursor, into) ||
    readVisibility(cursor, into) ||
    readWind(cursor, into) ||
    readWindVariation(cursor, into)
  );
}

import type { Bound, Conditions, Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import { metresFromMiles } from "../report/units.ts";

/** FM 15 15.6: metres, then NDV (no directional variation) or the direction of this value. */
const METRES = /^([PM]?)(\d{4})(M|NDV|[NS][EW]?|[EW])?$/;
const KILOMETRES = /^([PM]?)(\d{1,2})KM$/;
const MILES = /^([PM]?)(?:(\d{1,3})|(\d{1,2})\/(\d{1,2}))SM$/;
const MILES_WHOLE = /^\d{1,2}$/;
const MILES_PART = /^\d\/\d{1,2}SM$/;
const MISSING = /^\/{2,4}(?:SM|NDV|KM|M)$/;
/** FMH-1 table 12-2 and the Canadian increments know no other denominators. */
const DENOMINATORS: ReadonlySet<number> = new Set([2, 3, 4, 8, 16]);

const EXPECTED =
  "the visibility in metres (4 digits), or in miles such as 10SM, 1 1/2SM, M1/4SM, P6SM";

/** Reads CAVOK or a visibility of one or two groups. False when the group is something else. */
export function readVisibility(cursor: Cursor, into: Draft<Conditions>): boolean {
  const group = cursor.peek();
  if (group === "CAVOK") {
    into.cavok = true;
    setVisibility(cursor, into, 10_000, "above");
    cursor.advance();
    return true;
  }
  const metres = METRES.exec(group);
  if (metres !== null) return readMetres(metres, cursor, into);
  const miles = readMiles(cursor);
  if (miles !== undefined) {
    setVisibility(cursor, into, metresFromMiles(miles.value), miles.bound);
    cursor.advance(miles.groups);
    return true;
  }
  const kilometres = KILOMETRES.exec(group);
  if (kilometres !== null) {
    const bound = boundOf(kilometres[1]);
    setVisibility(cursor, into, Number(kilometres[2]) * 1000, bound);
  } else if (!MISSING.test(group)) {
    return false;
  }
  cursor.advance();
  return true;
}

function readMetres(match: RegExpExecArray, cursor: Cursor, into: Draft<Conditions>): boolean {
  const [, prefix, digits = "", suffix = ""] = match;
  // 15.6.4: 9999 stands for 10 km or more.
  const visM = digits === "9999" ? 10_000 : Number(digits);
  if (suffix === "" || suffix === "NDV" || suffix === "M") {
    setVisibility(cursor, into, visM, digits === "9999" ? "above" : boundOf(prefix));
  } else {
    (into.visDirections ??= []).push({ direction: suffix, visM });
  }
  cursor.advance();
  return true;
}

interface Miles {
  readonly value: number;
  readonly bound: Bound | undefined;
  readonly groups: number;
}

/** A visibility in statute miles; `1 1/2SM` is two groups. */
export function readMiles(cursor: Cursor): Miles | undefined {
  const group = cursor.peek();
  if (MILES_WHOLE.test(group) && MILES_PART.test(cursor.peek(1))) {
    const part = milesOf(cursor, 1);
    return { value: Number(group) + part.value, bound: undefined, groups: 2 };
  }
  if (!group.endsWith("SM") || group.startsWith("/")) return undefined;
  return milesOf(cursor, 0);
}

function milesOf(cursor: Cursor, ahead: number): Miles {
  const match = MILES.exec(cursor.peek(ahead));
  if (match === null) throw cursor.unexpected(EXPECTED, ahead);
  const [, prefix, whole, over = "", under = ""] = match;
  const bound = boundOf(prefix);
  if (whole !== undefined) return { value: Number(whole), bound, groups: 1 };
  const denominator = Number(under);
  if (!DENOMINATORS.has(denominator)) {
    throw cursor.unexpected(
      "a fraction of miles in halves, quarters, eighths or sixteenths",
      ahead,
    );
  }
  // `11/2SM` is 1 1/2 with its blank lost: a true fraction is less than one.
  const isJoined = over.length === 2 && Number(over) >= denominator;
  const value = isJoined
    ? Number(over.charAt(0)) + Number(over.charAt(1)) / denominator
    : Number(over) / denominator;
  return { value, bound, groups: 1 };
}

function setVisibility(
  cursor: Cursor,
  into: Draft<Conditions>,
  visM: number,
  bound: Bound | undefined,
): void {
  if (into.visM !== undefined) {
    throw cursor.unexpected("only one visibility without a direction");
  }
  into.visM = visM;
  if (bound !== undefined) into.visBound = bound;
}

function boundOf(prefix: string | undefined): Bound | undefined {
  if (prefix === "P") return "above";
  return prefix === "M" ? "below" : undefined;
}

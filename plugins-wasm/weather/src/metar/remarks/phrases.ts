import type { Draft } from "../../observation.ts";
import type { Cursor } from "../../report/cursor.ts";
import {
  centimetresFromInches,
  metresFromMiles,
  millimetresFromInches,
} from "../../report/units.ts";
import { pastTime } from "./past-time.ts";
import { readLightning } from "./lightning.ts";
import type { Remarks } from "./remarks-report.ts";

type Target = Draft<Remarks>;

const WHOLE = /^\d{1,2}$/;
const FRACTION = /^(\d{1,2})\/(2|4|8|16)$/;
const PEAK_WIND = /^(\d{3})(\d{2,3})\/(\d{2}|\d{4})$/;
const VARIABLE_CEILING = /^(\d{3})V(\d{3})$/;
const DIRECTION = /^(?:[NS][EW]?|[EW])$/;

/** Reads a remark of several groups and says how many they are; 0 when none is known here. */
export function readPhrase(cursor: Cursor, into: Target, reportHhmm: string): number {
  const first = cursor.peek();
  switch (first) {
    case "PK":
      return readPeakWind(cursor, into, reportHhmm);
    case "WSHFT":
      return readWindShift(cursor, into, reportHhmm);
    case "TWR":
    case "SFC":
    case "VIS":
      return readVisibility(cursor, into);
    case "CIG":
      return readCeiling(cursor.peek(1), into);
    case "SNINCR":
      return readSnowIncreasing(cursor.peek(1), into);
    case "GR":
      return readHail(cursor, into);
    case "DENSITY":
      return readDensityAltitude(cursor, into);
    default:
      return readLightning(cursor, into);
  }
}

function readPeakWind(cursor: Cursor, into: Target, reportHhmm: string): number {
  const match = PEAK_WIND.exec(cursor.peek(2));
  if (cursor.peek(1) !== "WND" || match === null) return 0;
  const hhmm = pastTime(match[3] ?? "", reportHhmm);
  const windDirDeg = Number(match[1]);
  if (hhmm === undefined || windDirDeg > 360) return 0;
  into.peakWind = { windDirDeg, windKt: Number(match[2]), hhmm };
  return 3;
}

function readWindShift(cursor: Cursor, into: Target, reportHhmm: string): number {
  const digits = cursor.peek(1);
  const hhmm = /^(?:\d{2}|\d{4})$/.test(digits) ? pastTime(digits, reportHhmm) : undefined;
  if (hhmm === undefined) return 0;
  const isFrontal = cursor.peek(2) === "FROPA";
  into.windShift = isFrontal ? { hhmm, frontal: true } : { hhmm };
  return isFrontal ? 3 : 2;
}

/** `TWR VIS 1 1/2`, `SFC VIS 2`, `VIS 3/4V1 1/2`, `VIS NE 2 1/2`. */
function readVisibility(cursor: Cursor, into: Target): number {
  const first = cursor.peek();
  if (first !== "VIS") {
    const miles = cursor.peek(1) === "VIS" ? amountAt(cursor, 2) : undefined;
    if (miles === undefined) return 0;
    if (first === "TWR") into.towerVisM = metresFromMiles(miles.value);
    else into.surfaceVisM = metresFromMiles(miles.value);
    return 2 + miles.groups;
  }
  const direction = cursor.peek(1);
  if (DIRECTION.test(direction)) {
    const miles = amountAt(cursor, 2);
    if (miles === undefined) return 0;
    const entry = { direction, visM: metresFromMiles(miles.value) };
    (into.visDirections ??= []).push(entry);
    return 2 + miles.groups;
  }
  return readVariableVisibility(cursor, into);
}

/** The lower value may have a whole part of its own, and so may the higher: up to three groups. */
function readVariableVisibility(cursor: Cursor, into: Target): number {
  for (const count of [3, 2, 1]) {
    const groups = Array.from({ length: count }, (_, index) => cursor.peek(1 + index));
    const [low, high, ...more] = groups.join(" ").split("V");
    const min = amountOf(low ?? "");
    const max = amountOf(high ?? "");
    if (min === undefined || max === undefined || more.length > 0) continue;
    into.variableVisM = { min: metresFromMiles(min), max: metresFromMiles(max) };
    return 1 + count;
  }
  return 0;
}

function readCeiling(height: string, into: Target): number {
  const match = VARIABLE_CEILING.exec(height);
  if (match !== null) {
    into.variableCeilingFt = { min: Number(match[1]) * 100, max: Number(match[2]) * 100 };
    return 2;
  }
  if (!/^\d{3}$/.test(height)) return 0;
  into.ceilingFt = Number(height) * 100;
  return 2;
}

function readSnowIncreasing(amounts: string, into: Target): number {
  const match = /^(\d{1,2})\/(\d{1,3})$/.exec(amounts);
  if (match === null) return 0;
  into.snowIncreasing = {
    lastHourCm: centimetresFromInches(Number(match[1])),
    depthCm: centimetresFromInches(Number(match[2])),
  };
  return 2;
}

function readHail(cursor: Cursor, into: Target): number {
  const inches = amountAt(cursor, 1);
  if (inches === undefined) return 0;
  into.hailMm = millimetresFromInches(inches.value);
  return 1 + inches.groups;
}

function readDensityAltitude(cursor: Cursor, into: Target): number {
  const feet = /^(-?\d{1,5})FT$/.exec(cursor.peek(2))?.[1];
  if (cursor.peek(1) !== "ALT" || feet === undefined) return 0;
  into.densityAltitudeFt = Number(feet);
  return 3;
}

/** A number with a fraction, over one group or two; the unit comes from the remark. */
function amountAt(
  cursor: Cursor,
  ahead: number,
): { readonly value: number; readonly groups: number } | undefined {
  const both = amountOf(`${cursor.peek(ahead)} ${cursor.peek(ahead + 1)}`);
  if (both !== undefined) return { value: both, groups: 2 };
  const value = amountOf(cursor.peek(ahead));
  return value === undefined ? undefined : { value, groups: 1 };
}

function amountOf(text: string): number | undefined {
  const [first = "", second, ...more] = text.split(" ");
  if (more.length > 0) return undefined;
  if (second !== undefined) {
    const part = fractionOf(second);
    return WHOLE.test(first) && part !== undefined ? Number(first) + part : undefined;
  }
  return WHOLE.test(first) ? Number(first) : fractionOf(first);
}

function fractionOf(text: string): number | undefined {
  const match = FRACTION.exec(text);
  return match === null ? undefined : Number(match[1]) / Number(match[2]);
}

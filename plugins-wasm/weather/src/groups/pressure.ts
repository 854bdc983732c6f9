import type { Cursor } from "../report/cursor.ts";
import { hectopascalsFromInches } from "../report/units.ts";

/** The lowest and highest sea-level pressures ever measured are 870 and 1085 hPa. */
const HPA_MIN = 850;
const HPA_MAX = 1100;

const PRESSURE = /^(QNH|Q|A)(\d{4}|\/{2,4})(INS|HPA)?$/;
const PRESSURE_LIKE = /^(?:QNH|Q|A)[\d/][\dA-Z/.]*$/;

export interface PressureDraft {
  pressHPa?: number;
  /** The altimeter setting as US and Canadian pilots read it. */
  altimeterInHg?: number;
}

/** Reads Q (hPa), A (hundredths of an inch) or QNH. False when the group is something else. */
export function readPressure(cursor: Cursor, into: PressureDraft): boolean {
  const group = cursor.peek();
  if (!group.startsWith("Q") && !group.startsWith("A")) return false;
  const match = PRESSURE.exec(group);
  if (match === null) {
    if (PRESSURE_LIKE.test(group)) throw cursor.unexpected("the pressure as Q1013 or A2992");
    return false;
  }
  const [, kind, digits = "", unit] = match;
  if (!digits.startsWith("/")) {
    const isInches = unit === "INS" || (unit === undefined && kind === "A");
    const value = isInches ? hectopascalsFromInches(Number(digits) / 100) : Number(digits);
    if (value < HPA_MIN || value > HPA_MAX) {
      throw cursor.unexpected(`a pressure from ${HPA_MIN} to ${HPA_MAX} hPa, as Q1013 or A2992`);
    }
    setPressure(cursor, into, value, isInches ? Number(digits) / 100 : undefined);
  }
  cursor.advance();
  return true;
}

/** Some stations send both units: hectopascals then stay as they were sent. */
function setPressure(
  cursor: Cursor,
  into: PressureDraft,
  pressHPa: number,
  altimeterInHg: number | undefined,
): void {
  const { altimeterInHg: inches } = into;
  const isDerived = inches !== undefined && into.pressHPa === hectopascalsFromInches(inches);
  const isSecond =
    altimeterInHg === undefined ? into.pressHPa !== undefined && !isDerived : inches !== undefined;
  if (isSecond) throw cursor.unexpected("only one pressure of each unit");
  if (altimeterInHg !== undefined) into.altimeterInHg = altimeterInHg;
  if (altimeterInHg === undefined || into.pressHPa === undefined) into.pressHPa = pressHPa;
}

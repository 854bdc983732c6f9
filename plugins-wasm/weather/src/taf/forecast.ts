import { readConditions } from "../groups/conditions.ts";
import { readPressure } from "../groups/pressure.ts";
import type { Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import { knotsFromKilometresPerHour, knotsFromMetresPerSecond } from "../report/units.ts";
import type { Forecast, Layer } from "./taf-report.ts";

const WIND_SHEAR = /^WS(\d{3})\/(\d{3})(\d{2,3})(KT|MPS|KMH)$/;
const WIND_SHEAR_LIKE = /^WS\d/;
/** Military forecasts: 5 turbulence or 6 icing, kind, base in hundreds, thickness in thousands of feet. */
const LAYER = /^([56])([\dX])(\d{3})(\d)$/;
const VARIATION = /^\d{3}V\d{3}$/;

const TURBULENCE: readonly string[] = [
  "none",
  "light",
  "moderate, occasional, in clear air",
  "moderate, frequent, in clear air",
  "moderate, occasional, in cloud",
  "moderate, frequent, in cloud",
  "severe, occasional, in clear air",
  "severe, frequent, in clear air",
  "severe, occasional, in cloud",
  "severe, frequent, in cloud",
];
const ICING: readonly string[] = [
  "none",
  "light",
  "light, in cloud",
  "light, in precipitation",
  "moderate",
  "moderate, in cloud",
  "moderate, in precipitation",
  "severe",
  "severe, in cloud",
  "severe, in precipitation",
];

/** Reads one group of what is forecast. False when the group is something else. */
export function readForecast(cursor: Cursor, into: Draft<Forecast>): boolean {
  if (cursor.peek() === "WND" && VARIATION.test(cursor.peek(1))) cursor.advance();
  return (
    readLayer(cursor, into) ||
    readWindShear(cursor, into) ||
    readPressure(cursor, into) ||
    readConditions(cursor, into)
  );
}

function readWindShear(cursor: Cursor, into: Draft<Forecast>): boolean {
  const match = WIND_SHEAR.exec(cursor.peek());
  if (match === null) {
    if (!WIND_SHEAR_LIKE.test(cursor.peek())) return false;
    throw cursor.unexpected("a wind shear such as WS020/24045KT");
  }
  const [, height, direction, speed, unit] = match;
  if (Number(direction) > 360) throw cursor.unexpected("a wind direction from 000 to 360");
  into.windShear = {
    heightFt: Number(height) * 100,
    windDirDeg: Number(direction),
    windKt: knots(Number(speed), unit),
  };
  cursor.advance();
  return true;
}

function knots(speed: number, unit: string | undefined): number {
  if (unit === "MPS") return knotsFromMetresPerSecond(speed);
  return unit === "KMH" ? knotsFromKilometresPerHour(speed) : speed;
}

function readLayer(cursor: Cursor, into: Draft<Forecast>): boolean {
  const match = LAYER.exec(cursor.peek());
  if (match === null) return false;
  const [, element, kind = "", base, thickness] = match;
  const intensities = element === "5" ? TURBULENCE : ICING;
  const layer: Layer = {
    intensity: intensities[Number(kind)] ?? "extreme",
    baseFt: Number(base) * 100,
    thicknessFt: Number(thickness) * 1000,
  };
  if (element === "5") (into.turbulence ??= []).push(layer);
  else (into.icing ??= []).push(layer);
  cursor.advance();
  return true;
}

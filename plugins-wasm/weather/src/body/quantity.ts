import {
  celsiusFromFahrenheit,
  hectopascalsFromInches,
  knotsFromKilometresPerHour,
  knotsFromMetresPerSecond,
  knotsFromMilesPerHour,
  metresFromFeet,
  metresFromMiles,
  millimetresFromInches,
  round,
} from "../report/units.ts";
import type { JsonField } from "./json-field.ts";

type Convert = (value: number) => number;
export type Dimension =
  "temperature" | "speed" | "pressure" | "length" | "depth" | "percent" | "angle";

const keep =
  (digits: number, factor = 1): Convert =>
  (value) =>
    round(value * factor, digits);

/** Units as api.weather.gov (WMO codes) and Open-Meteo (symbols) write them, into ours. */
const UNITS: Readonly<Record<Dimension, Readonly<Record<string, Convert>>>> = {
  temperature: {
    degC: keep(1),
    "°C": keep(1),
    C: keep(1),
    degF: celsiusFromFahrenheit,
    "°F": celsiusFromFahrenheit,
    F: celsiusFromFahrenheit,
    K: (value) => round(value - 273.15, 1),
  },
  speed: {
    "km_h-1": knotsFromKilometresPerHour,
    "km/h": knotsFromKilometresPerHour,
    "m_s-1": knotsFromMetresPerSecond,
    "m/s": knotsFromMetresPerSecond,
    "mi_h-1": knotsFromMilesPerHour,
    mph: knotsFromMilesPerHour,
    "mp/h": knotsFromMilesPerHour,
    kt: keep(1),
    kn: keep(1),
  },
  pressure: {
    Pa: keep(1, 0.01),
    hPa: keep(1),
    kPa: keep(1, 10),
    inHg: hectopascalsFromInches,
  },
  length: { m: keep(0), km: keep(0, 1000), ft: metresFromFeet, mi: metresFromMiles },
  depth: { mm: keep(2), cm: keep(2, 10), m: keep(2, 1000), inch: millimetresFromInches },
  percent: { percent: keep(0), "%": keep(0) },
  angle: { "degree_(angle)": keep(0), "°": keep(0) },
};

/** Converts `value` from the unit named by `unit`; absent stays absent. */
export function convert(
  dimension: Dimension,
  value: number | undefined,
  unit: JsonField,
): number | undefined {
  if (value === undefined) return undefined;
  const code = unit.text() ?? "";
  // `unit:degC`, `wmoUnit:degC`, `nwsUnit:s`: the prefix changed over the years.
  const name = code.slice(code.indexOf(":") + 1);
  const units = UNITS[dimension];
  const apply = Object.hasOwn(units, name) ? units[name] : undefined;
  if (apply === undefined) {
    throw unit.unexpected(`a unit of ${dimension} (${Object.keys(units).join(", ")})`);
  }
  return apply(value);
}

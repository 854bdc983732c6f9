/** Conversions into the units of an observation: knots, metres, feet, degrees Celsius, hectopascals. */

const METRES_PER_FOOT = 0.3048;
const METRES_PER_MILE = 1609.344;
const KNOTS_PER_METRE_PER_SECOND = 3600 / 1852;
const KNOTS_PER_KILOMETRE_PER_HOUR = 1000 / 1852;
const KNOTS_PER_MILE_PER_HOUR = METRES_PER_MILE / 1852;
const HPA_PER_INCH_OF_MERCURY = 33.863886;
const HPA_PER_MILLIMETRE_OF_MERCURY = 1.33322387;
const MILLIMETRES_PER_INCH = 25.4;

/** Rounds to `digits` decimals, without a negative zero. */
export function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale + 0;
}

export function knotsFromMetresPerSecond(speed: number): number {
  return round(speed * KNOTS_PER_METRE_PER_SECOND, 1);
}

export function knotsFromKilometresPerHour(speed: number): number {
  return round(speed * KNOTS_PER_KILOMETRE_PER_HOUR, 1);
}

export function knotsFromMilesPerHour(speed: number): number {
  return round(speed * KNOTS_PER_MILE_PER_HOUR, 1);
}

export function metresFromFeet(feet: number): number {
  return round(feet * METRES_PER_FOOT, 0);
}

export function feetFromMetres(metres: number): number {
  return round(metres / METRES_PER_FOOT, 0);
}

export function metresFromMiles(miles: number): number {
  return round(miles * METRES_PER_MILE, 0);
}

export function hectopascalsFromInches(inches: number): number {
  return round(inches * HPA_PER_INCH_OF_MERCURY, 1);
}

export function hectopascalsFromMillimetres(millimetres: number): number {
  return round(millimetres * HPA_PER_MILLIMETRE_OF_MERCURY, 1);
}

export function millimetresFromInches(inches: number): number {
  return round(inches * MILLIMETRES_PER_INCH, 2);
}

export function centimetresFromInches(inches: number): number {
  return round((inches * MILLIMETRES_PER_INCH) / 10, 1);
}

export function celsiusFromFahrenheit(degrees: number): number {
  return round(((degrees - 32) * 5) / 9, 1);
}

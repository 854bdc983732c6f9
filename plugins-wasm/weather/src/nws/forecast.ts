import type { ForecastPeriod } from "../body/weather-document.ts";
import type { JsonField } from "../body/json-field.ts";
import { present } from "../body/present.ts";
import { convert } from "../body/quantity.ts";
import { readMinutes, utcTime } from "../body/time.ts";
import { complete } from "../observation.ts";
import {
  knotsFromKilometresPerHour,
  knotsFromMetresPerSecond,
  knotsFromMilesPerHour,
} from "../report/units.ts";
import { quantity } from "./observation.ts";

const POINTS: readonly string[] = [
  "N",
  "NNE",
  "NE",
  "ENE",
  "E",
  "ESE",
  "SE",
  "SSE",
  "S",
  "SSW",
  "SW",
  "WSW",
  "W",
  "WNW",
  "NW",
  "NNW",
];
const DEGREES_PER_POINT = 22.5;
/** `10 mph`, `5 to 10 km/h`: the higher speed counts. */
const SPEED = /^(?:\d{1,3} to )?(\d{1,3}) (mph|km\/h|kt|m\/s)$/;

/** Reads one period of a forecast of api.weather.gov. */
export function readNwsPeriod(period: JsonField): ForecastPeriod {
  const from = readMinutes(period.key("startTime"));
  const until = readMinutes(period.key("endTime"));
  const windKt = readSpeed(period.key("windSpeed"));
  const name = period.key("name").text();
  return complete(
    present({
      name: name === "" ? undefined : name,
      from: from === undefined ? undefined : utcTime(from).time,
      until: until === undefined ? undefined : utcTime(until).time,
      windDirDeg: windKt === 0 ? 0 : readDirection(period.key("windDirection")),
      windKt,
      gustKt: readSpeed(period.key("windGust")),
      tempC: readTemperature(period),
      dewC: quantity("temperature", period.key("dewpoint")),
      relativeHumidityPct: quantity("percent", period.key("relativeHumidity")),
      precipProbabilityPct: quantity("percent", period.key("probabilityOfPrecipitation")),
      text: period.key("shortForecast").text(),
    }),
  );
}

/** A number with `temperatureUnit`, or a quantity (both are served, by feature flag). */
function readTemperature(period: JsonField): number | undefined {
  const field = period.key("temperature");
  if (field.isObject) return quantity("temperature", field);
  return convert("temperature", field.number(), period.key("temperatureUnit"));
}

function readSpeed(field: JsonField): number | undefined {
  if (field.isObject) return quantity("speed", field);
  const text = field.text();
  if (text === undefined) return undefined;
  const [, digits, unit] = SPEED.exec(text) ?? [];
  if (digits === undefined) throw field.unexpected("a wind speed such as 5 to 10 mph");
  const speed = Number(digits);
  if (unit === "mph") return knotsFromMilesPerHour(speed);
  if (unit === "km/h") return knotsFromKilometresPerHour(speed);
  return unit === "m/s" ? knotsFromMetresPerSecond(speed) : speed;
}

function readDirection(field: JsonField): number | undefined {
  if (field.isObject) return quantity("angle", field);
  const text = field.text();
  if (text === undefined || text === "") return undefined;
  const point = POINTS.indexOf(text);
  if (point === -1) throw field.unexpected("a point of the compass such as SW");
  // North is 360 as in a METAR: 0 is left to the calm.
  return point === 0 ? 360 : Math.round(point * DEGREES_PER_POINT);
}

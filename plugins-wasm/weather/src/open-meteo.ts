import type { ForecastPeriod, WeatherDocument } from "./body/weather-document.ts";
import { JsonField } from "./body/json-field.ts";
import { type Present, present } from "./body/present.ts";
import { convert, type Dimension } from "./body/quantity.ts";
import { readMinutes, utcTime } from "./body/time.ts";
import { printWeather } from "./groups/weather.ts";
import { type Observation, complete } from "./observation.ts";
import { weatherOfCode } from "./open-meteo-weather.ts";

/** Our names, what they measure, and the names Open-Meteo has given them over the years. */
const FIELDS = [
  ["windDirDeg", "angle", ["wind_direction_10m", "winddirection_10m", "winddirection"]],
  ["windKt", "speed", ["wind_speed_10m", "windspeed_10m", "windspeed"]],
  ["gustKt", "speed", ["wind_gusts_10m", "windgusts_10m"]],
  ["visM", "length", ["visibility"]],
  ["tempC", "temperature", ["temperature_2m", "temperature"]],
  ["dewC", "temperature", ["dew_point_2m", "dewpoint_2m"]],
  ["slpHPa", "pressure", ["pressure_msl"]],
  ["relativeHumidityPct", "percent", ["relative_humidity_2m", "relativehumidity_2m"]],
  ["cloudCoverPct", "percent", ["cloud_cover", "cloudcover"]],
  ["precip1hMm", "depth", ["precipitation"]],
  ["precipProbabilityPct", "percent", ["precipitation_probability"]],
] as const satisfies readonly (readonly [string, Dimension, readonly string[]])[];

type FieldKey = (typeof FIELDS)[number][0];

const WEATHER_CODES: readonly string[] = ["weather_code", "weathercode"];
const MINUTES_PER_HOUR = 60;
/** The older `current_weather` block may come without units: these are the defaults of the service. */
const DEFAULT_UNITS: Readonly<Record<string, string>> = {
  temperature: "°C",
  windspeed: "km/h",
  winddirection: "°",
};

/** One row of values, and where its units stand. */
interface Row {
  readonly value: (name: string) => JsonField;
  readonly unit: (name: string) => JsonField;
  readonly offsetMinutes: number;
}

/** Reads a forecast body of api.open-meteo.com: the current weather and the hourly forecast. */
export function readOpenMeteo(body: JsonField): WeatherDocument {
  if (!body.key("error").isAbsent) throw body.key("reason").unexpected("a forecast, not an error");
  const place = present({
    latitudeDeg: body.key("latitude").number(),
    longitudeDeg: body.key("longitude").number(),
    elevationM: body.key("elevation").number(),
  });
  const offsetMinutes = (body.key("utc_offset_seconds").number() ?? 0) / 60;
  const observations = ["current", "current_weather"]
    .filter((block) => !body.key(block).isAbsent)
    .map((block) => readCurrent(body, block, offsetMinutes));
  const document: WeatherDocument = { source: "open-meteo", place, observations };
  const periods = readHourly(body, offsetMinutes);
  return periods.length > 0 ? { ...document, periods } : document;
}

function readCurrent(body: JsonField, block: string, offsetMinutes: number): Observation {
  const units = body.key(`${block}_units`);
  const values = body.key(block);
  const unit = (name: string): JsonField =>
    units.isAbsent ? new JsonField(DEFAULT_UNITS[name], units.key(name).pointer) : units.key(name);
  const row: Row = { value: (name) => values.key(name), unit, offsetMinutes };
  const minutes = readTime(row);
  const time = minutes === undefined ? {} : utcTime(minutes);
  return complete({ ...time, ...readRow(row) });
}

function readHourly(body: JsonField, offsetMinutes: number): ForecastPeriod[] {
  const units = body.key("hourly_units");
  const hourly = body.key("hourly");
  const lists = new Map<string, readonly JsonField[]>();
  const listOf = (name: string): readonly JsonField[] => {
    const list = lists.get(name) ?? hourly.key(name).list();
    lists.set(name, list);
    return list;
  };
  return listOf("time").map((_, hour) => {
    const row: Row = {
      value: (name) => listOf(name)[hour] ?? new JsonField(undefined),
      unit: (name) => units.key(name),
      offsetMinutes,
    };
    const from = readTime(row) ?? 0;
    const edges = { from: utcTime(from).time, until: utcTime(from + MINUTES_PER_HOUR).time };
    return complete({ ...edges, ...readRow(row) });
  });
}

/** ISO 8601 in the zone of the body, or seconds since 1970 when asked for (`timeformat=unixtime`). */
function readTime(row: Row): number | undefined {
  const field = row.value("time");
  if (row.unit("time").text() === "unixtime") {
    const seconds = field.number();
    return seconds === undefined ? undefined : Math.floor(seconds / 60);
  }
  return readMinutes(field, row.offsetMinutes);
}

function readRow(row: Row): Present<Record<FieldKey, number>> & Partial<Observation> {
  const members: Present<Record<FieldKey, number>> = {};
  for (const [key, dimension, names] of FIELDS) {
    const name = names.find((candidate) => !row.value(candidate).isAbsent);
    if (name === undefined) continue;
    const value = convert(dimension, row.value(name).number(), row.unit(name));
    if (value !== undefined) members[key] = value;
  }
  // A calm is 0/0 as in a METAR, whatever direction came with it.
  if (members.windKt === 0) members.windDirDeg = 0;
  return { ...members, ...readWeather(row) };
}

function readWeather(row: Row): Partial<Observation> {
  const name = WEATHER_CODES.find((candidate) => !row.value(candidate).isAbsent);
  if (name === undefined) return {};
  const field = row.value(name);
  const weather = weatherOfCode(field.number() ?? 0);
  if (weather === undefined) throw field.unexpected("a WMO weather code, 0 to 99");
  return { weather, weatherText: weather.map((code) => printWeather(code) ?? code) };
}

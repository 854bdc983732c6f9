import type { JsonField } from "../body/json-field.ts";
import { present } from "../body/present.ts";
import { convert, type Dimension } from "../body/quantity.ts";
import { readMinutes, utcTime } from "../body/time.ts";
import { printWeather } from "../groups/weather.ts";
import { type Observation, type SkyLayer, complete } from "../observation.ts";
import { feetFromMetres } from "../report/units.ts";

const STATION = /\/stations\/([A-Za-z0-9]{3,8})$/;
/** Weather phrases of a station seldom exceed three, cloud layers four. */
const ITEMS_MAX = 20;

/** Reads the `properties` of an observation of api.weather.gov. */
export function readNwsObservation(properties: JsonField): Observation {
  const minutes = readMinutes(properties.key("timestamp"));
  return complete(
    present({
      station: readStation(properties),
      ...(minutes === undefined ? {} : utcTime(minutes)),
      ...readWind(properties),
      visM: quantity("length", properties.key("visibility")),
      ...readWeather(properties.key("presentWeather")),
      sky: properties.key("cloudLayers").list().slice(0, ITEMS_MAX).map(readLayer),
      tempC: quantity("temperature", properties.key("temperature")),
      dewC: quantity("temperature", properties.key("dewpoint")),
      pressHPa: quantity("pressure", properties.key("barometricPressure")),
      slpHPa: quantity("pressure", properties.key("seaLevelPressure")),
      relativeHumidityPct: quantity("percent", properties.key("relativeHumidity")),
      precip1hMm: quantity("depth", properties.key("precipitationLastHour")),
      text: properties.key("textDescription").text(),
    }),
  );
}

/** Converts a `{ value, unitCode }`. */
export function quantity(dimension: Dimension, field: JsonField): number | undefined {
  return convert(dimension, field.key("value").number(), field.key("unitCode"));
}

function readStation(properties: JsonField): string | undefined {
  const field = properties.key("station");
  const url = field.text();
  if (url === undefined) return undefined;
  const station = STATION.exec(url)?.[1];
  if (station === undefined) throw field.unexpected("the address of a station (…/stations/KFLL)");
  return station.toUpperCase();
}

/** A calm is 0/0 as in a METAR, whatever direction came with it. */
function readWind(properties: JsonField): Pick<Observation, "windDirDeg" | "windKt" | "gustKt"> {
  const windKt = quantity("speed", properties.key("windSpeed"));
  const windDirDeg = quantity("angle", properties.key("windDirection"));
  const gustKt = quantity("speed", properties.key("windGust"));
  return present({ windDirDeg: windKt === 0 ? 0 : windDirDeg, windKt, gustKt });
}

function readWeather(phrases: JsonField): Pick<Observation, "weather" | "weatherText"> {
  const weather: string[] = [];
  const weatherText: string[] = [];
  for (const phrase of phrases.list().slice(0, ITEMS_MAX)) {
    const code = phrase.key("rawString").text() ?? "";
    const words = phrase.key("weather").text()?.replaceAll("_", " ");
    const text = printWeather(code) ?? words ?? code;
    if (text === "") continue;
    weather.push(code);
    weatherText.push(text);
  }
  return { weather, weatherText };
}

function readLayer(layer: JsonField): SkyLayer {
  const baseM = quantity("length", layer.key("base"));
  return present({
    cover: layer.key("amount").text(),
    // Bases are reported in hundreds of feet and reach us rounded to ten metres.
    baseFt: baseM === undefined ? undefined : Math.round(feetFromMetres(baseM) / 100) * 100,
  });
}

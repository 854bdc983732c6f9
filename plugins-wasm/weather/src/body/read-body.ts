import { readNws } from "../nws/nws.ts";
import { readOpenMeteo } from "../open-meteo.ts";
import { JsonField } from "./json-field.ts";
import type { WeatherDocument } from "./weather-document.ts";

/** Reads a body of api.weather.gov or Open-Meteo, told apart by what only one of them has. */
export function readBody(value: unknown): WeatherDocument {
  const body = new JsonField(value);
  if (body.isObject && !body.key("type").isAbsent) return readNws(body);
  if (body.isObject && !(body.key("latitude").isAbsent && body.key("error").isAbsent)) {
    return readOpenMeteo(body);
  }
  throw body.unexpected("GeoJSON of api.weather.gov or a forecast of Open-Meteo");
}

import type { Alert, Place, WeatherDocument } from "../body/weather-document.ts";
import type { JsonField } from "../body/json-field.ts";
import { present } from "../body/present.ts";
import { readMinutes, utcTime } from "../body/time.ts";
import type { Observation } from "../observation.ts";
import { readNwsPeriod } from "./forecast.ts";
import { readNwsGrid } from "./grid.ts";
import { quantity, readNwsObservation } from "./observation.ts";

/**
 * Reads a GeoJSON body of api.weather.gov: observations, a forecast, a forecast grid, a point or
 * alerts. Throws a `BodyError` at the first value that is not what the service documents.
 */
export function readNws(body: JsonField): WeatherDocument {
  const type = body.key("type");
  if (type.text() === "Feature") return readFeature(body);
  if (type.text() === "FeatureCollection") return readCollection(body);
  throw type.unexpected("Feature or FeatureCollection");
}

function readFeature(feature: JsonField): WeatherDocument {
  const properties = feature.key("properties");
  const place = readPlace(feature);
  const source = "nws";
  if (!properties.key("periods").isAbsent) {
    const periods = properties.key("periods").list().map(readNwsPeriod);
    return { source, place, observations: [], periods };
  }
  const kind = kindOf(properties);
  if (kind === "wx:ObservationStation") {
    return { source, place, observations: [readNwsObservation(properties)] };
  }
  if (kind === "wx:Gridpoint") {
    return { source, place, observations: [], periods: readNwsGrid(properties) };
  }
  if (kind === "wx:Point") return { source, place, observations: [] };
  throw properties
    .key("@type")
    .unexpected("wx:ObservationStation, wx:Gridpoint or wx:Point, or a forecast with periods");
}

function readCollection(body: JsonField): WeatherDocument {
  const observations: Observation[] = [];
  const alerts: Alert[] = [];
  for (const feature of body.key("features").list()) {
    const properties = feature.key("properties");
    const kind = kindOf(properties);
    if (kind === "wx:ObservationStation") observations.push(readNwsObservation(properties));
    else if (kind === "wx:Alert") alerts.push(readAlert(properties));
    else throw properties.key("@type").unexpected("wx:ObservationStation or wx:Alert");
  }
  const document: WeatherDocument = { source: "nws", observations };
  return alerts.length > 0 ? { ...document, alerts } : document;
}

function kindOf(properties: JsonField): string | undefined {
  return properties.key("@type").text();
}

function readPlace(feature: JsonField): Place {
  const properties = feature.key("properties");
  const point = readPoint(feature.key("geometry"));
  const near = properties.key("relativeLocation").key("properties");
  const city = near.key("city").text();
  const state = near.key("state").text();
  return present({
    name: city !== undefined && state !== undefined ? `${city}, ${state}` : city,
    ...point,
    elevationM: quantity("length", properties.key("elevation")),
  });
}

/** The coordinates of a point; a forecast carries them in a collection beside its polygon. */
function readPoint(geometry: JsonField): Place {
  const type = geometry.key("type").text();
  if (type === "GeometryCollection") {
    const points = geometry.key("geometries").list();
    const point = points.find((entry) => entry.key("type").text() === "Point");
    return point === undefined ? {} : readPoint(point);
  }
  if (type !== "Point") return {};
  const [longitude, latitude] = geometry.key("coordinates").list();
  return present({ latitudeDeg: latitude?.number(), longitudeDeg: longitude?.number() });
}

function readAlert(properties: JsonField): Alert {
  const event = properties.key("event");
  const from = readMinutes(properties.key("onset")) ?? readMinutes(properties.key("effective"));
  const until = readMinutes(properties.key("ends")) ?? readMinutes(properties.key("expires"));
  const name = event.text();
  if (name === undefined) throw event.unexpected("the name of the event");
  return {
    event: name,
    ...present({
      severity: properties.key("severity").text(),
      headline: properties.key("headline").text(),
      area: properties.key("areaDesc").text(),
      from: from === undefined ? undefined : utcTime(from).time,
      until: until === undefined ? undefined : utcTime(until).time,
    }),
  };
}

import type { ForecastPeriod } from "../body/weather-document.ts";
import type { JsonField } from "../body/json-field.ts";
import type { Present } from "../body/present.ts";
import { convert, type Dimension } from "../body/quantity.ts";
import { parseDuration, parseMinutes, utcTime } from "../body/time.ts";
import { complete } from "../observation.ts";

/** The layers of a grid that an observation has a place for. */
const LAYERS = [
  ["windDirDeg", "windDirection", "angle"],
  ["windKt", "windSpeed", "speed"],
  ["gustKt", "windGust", "speed"],
  ["visM", "visibility", "length"],
  ["tempC", "temperature", "temperature"],
  ["dewC", "dewpoint", "temperature"],
  ["relativeHumidityPct", "relativeHumidity", "percent"],
  ["cloudCoverPct", "skyCover", "percent"],
  ["precipProbabilityPct", "probabilityOfPrecipitation", "percent"],
] as const satisfies readonly (readonly [key: string, layer: string, dimension: Dimension])[];

type LayerKey = (typeof LAYERS)[number][0];

interface Span {
  readonly from: number;
  readonly until: number;
  readonly value: number | undefined;
}

/**
 * Brings the layers of a grid of api.weather.gov, each with steps of its own length, to common
 * periods: a new one begins wherever a layer has a new value.
 */
export function readNwsGrid(properties: JsonField): ForecastPeriod[] {
  const layers = LAYERS.map(([key, name, dimension]) => ({
    key,
    spans: readSpans(properties.key(name), dimension),
    at: 0,
  }));
  const edges = new Set<number>();
  for (const { spans } of layers) {
    for (const { from, until } of spans) edges.add(from).add(until);
  }
  const times = [...edges].toSorted((a, b) => a - b);
  const periods: ForecastPeriod[] = [];
  for (const [index, from] of times.slice(0, -1).entries()) {
    const members: Present<Record<LayerKey, number>> = {};
    for (const layer of layers) {
      // Spans are in order: what has ended now has ended for every later period as well.
      while ((layer.spans[layer.at]?.until ?? Infinity) <= from) layer.at += 1;
      const span = layer.spans[layer.at];
      if (span?.value !== undefined && span.from <= from) members[layer.key] = span.value;
    }
    const until = times[index + 1] ?? from;
    const edgesText = { from: utcTime(from).time, until: utcTime(until).time };
    if (Object.keys(members).length > 0) periods.push(complete({ ...edgesText, ...members }));
  }
  return periods;
}

function readSpans(layer: JsonField, dimension: Dimension): Span[] {
  const unit = layer.key("uom");
  return layer
    .key("values")
    .list()
    .map((entry) => ({
      ...readValidTime(entry.key("validTime")),
      value: convert(dimension, entry.key("value").number(), unit),
    }))
    .toSorted((a, b) => a.from - b.from);
}

/** A time and a duration: 2022-02-03T21:00:00+00:00/PT1H. */
function readValidTime(field: JsonField): { readonly from: number; readonly until: number } {
  const [time = "", duration = ""] = (field.text() ?? "").split("/");
  const from = parseMinutes(time);
  const minutes = parseDuration(duration);
  if (from === undefined || minutes === undefined) {
    throw field.unexpected("a time and a duration such as 2022-02-03T21:00:00+00:00/PT1H");
  }
  return { from, until: from + minutes };
}

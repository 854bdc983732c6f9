import { printWeather } from "../../groups/weather.ts";
import type { Draft } from "../../observation.ts";
import { pastTime } from "./past-time.ts";
import type { Remarks, WeatherEvent } from "./remarks-report.ts";

const EVENTS = /^(?:[+-]?[A-Z]{2,6}?(?:[BE](?:\d{4}|\d{2}))+)+$/;
const WEATHER = /([+-]?[A-Z]{2,6}?)((?:[BE](?:\d{4}|\d{2}))+)/g;
const EDGE = /([BE])(\d{4}|\d{2})/g;

/** Reads when weather began and ended, such as RAB05E30SNB20 (FMH-1 12.7.1.j). False when it is not that. */
export function readWeatherEvents(
  group: string,
  into: Draft<Remarks>,
  reportHhmm: string,
): boolean {
  if (!EVENTS.test(group)) return false;
  const events: WeatherEvent[] = [];
  for (const [, weather = "", edges = ""] of group.matchAll(WEATHER)) {
    if (printWeather(weather) === undefined) return false;
    for (const [, edge, digits = ""] of edges.matchAll(EDGE)) {
      const hhmm = pastTime(digits, reportHhmm);
      if (hhmm === undefined) return false;
      events.push({ weather, event: edge === "B" ? "began" : "ended", hhmm });
    }
  }
  (into.weatherEvents ??= []).push(...events);
  return true;
}

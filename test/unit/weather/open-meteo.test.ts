import { expect, test } from "vitest";
import { readBody } from "../../../plugins-wasm/weather/src/body/read-body.ts";

test("the current weather has the shape of an observation", () => {
  const body = {
    latitude: 52.5,
    longitude: 13.4,
    elevation: 38,
    utc_offset_seconds: 3600,
    current_units: {
      time: "iso8601",
      temperature_2m: "°F",
      wind_speed_10m: "mp/h",
      wind_direction_10m: "°",
      wind_gusts_10m: "kn",
      pressure_msl: "hPa",
      relative_humidity_2m: "%",
      cloud_cover: "%",
      visibility: "ft",
      precipitation: "inch",
      weather_code: "wmo code",
    },
    current: {
      time: "2026-01-01T00:30",
      temperature_2m: 14,
      wind_speed_10m: 10,
      wind_direction_10m: 270,
      wind_gusts_10m: 21,
      pressure_msl: 1021.4,
      relative_humidity_2m: 81,
      cloud_cover: 100,
      visibility: 1000,
      precipitation: 0.02,
      weather_code: 86,
    },
  };
  expect(readBody(body)).toEqual({
    source: "open-meteo",
    place: { latitudeDeg: 52.5, longitudeDeg: 13.4, elevationM: 38 },
    observations: [
      {
        day: 31,
        hhmm: "2330",
        time: "2025-12-31T23:30Z",
        windDirDeg: 270,
        windKt: 8.7,
        gustKt: 21,
        visM: 305,
        tempC: -10,
        slpHPa: 1021.4,
        relativeHumidityPct: 81,
        cloudCoverPct: 100,
        precip1hMm: 0.51,
        weather: ["+SHSN"],
        weatherText: ["heavy showers of snow"],
        sky: [],
      },
    ],
  });
});

test("the older block of current weather is in the units of the service", () => {
  const current_weather = { temperature: 4.2, windspeed: 0, winddirection: 120, weathercode: 3 };
  const body = { latitude: 52.5, longitude: 13.4, current_weather };
  expect(readBody(body).observations).toEqual([
    { windDirDeg: 0, windKt: 0, tempC: 4.2, weather: [], weatherText: [], sky: [] },
  ]);
});

test("the hourly lists become periods of an hour, with seconds since 1970 as well", () => {
  const body = {
    latitude: 52.5,
    longitude: 13.4,
    hourly_units: { time: "unixtime", temperature_2m: "°C", weathercode: "wmo code" },
    hourly: { time: [0, 3600], temperature_2m: [1, null], weathercode: [0, 61] },
  };
  expect(readBody(body).periods).toEqual([
    {
      from: "1970-01-01T00:00Z",
      until: "1970-01-01T01:00Z",
      tempC: 1,
      weather: [],
      weatherText: [],
      sky: [],
    },
    {
      from: "1970-01-01T01:00Z",
      until: "1970-01-01T02:00Z",
      weather: ["-RA"],
      weatherText: ["light rain"],
      sky: [],
    },
  ]);
});

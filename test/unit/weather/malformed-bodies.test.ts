import { expect, test } from "vitest";
import { BodyError } from "../../../plugins-wasm/weather/src/body/body-error.ts";
import { readBody } from "../../../plugins-wasm/weather/src/body/read-body.ts";
import { feature, observation, quantity } from "./weather-bodies.ts";

const place = { latitude: 1, longitude: 2 };

test.each<readonly [body: unknown, message: string]>([
  [null, "the body: expected GeoJSON of api.weather.gov or a forecast of Open-Meteo, found null"],
  [
    [1, 2],
    "the body: expected GeoJSON of api.weather.gov or a forecast of Open-Meteo, found a list of 2",
  ],
  [
    {},
    "the body: expected GeoJSON of api.weather.gov or a forecast of Open-Meteo, found an object",
  ],
  [{ type: "Point" }, '/type: expected Feature or FeatureCollection, found "Point"'],
  [{ type: 5 }, "/type: expected a string, found 5"],
  [
    { type: "Feature" },
    "/properties/@type: expected wx:ObservationStation, wx:Gridpoint or wx:Point, or a forecast with periods, found nothing",
  ],
  [{ type: "FeatureCollection", features: {} }, "/features: expected a list, found an object"],
  [
    { type: "FeatureCollection", features: [{ properties: { "@type": "wx:Point" } }] },
    '/features/0/properties/@type: expected wx:ObservationStation or wx:Alert, found "wx:Point"',
  ],
  [
    { type: "FeatureCollection", features: [{ properties: { "@type": "wx:Alert" } }] },
    "/features/0/properties/event: expected the name of the event, found nothing",
  ],
  [
    observation({ temperature: quantity("warm", "wmoUnit:degC") }),
    '/properties/temperature/value: expected a number, found "warm"',
  ],
  [observation({ temperature: 12 }), "/properties/temperature: expected an object, found 12"],
  [
    observation({ temperature: quantity(5, "wmoUnit:toString") }),
    '/properties/temperature/unitCode: expected a unit of temperature (degC, °C, C, degF, °F, F, K), found "wmoUnit:toString"',
  ],
  [
    observation({ temperature: { value: 5 } }),
    "/properties/temperature/unitCode: expected a unit of temperature (degC, °C, C, degF, °F, F, K), found nothing",
  ],
  [
    observation({ timestamp: "yesterday" }),
    '/properties/timestamp: expected a time such as 2026-03-02T23:53:00+00:00, found "yesterday"',
  ],
  [
    observation({ timestamp: "2026-13-02T23:53:00Z" }),
    '/properties/timestamp: expected a time such as 2026-03-02T23:53:00+00:00, found "2026-13-02T23:53:00Z"',
  ],
  [
    observation({ station: "somewhere" }),
    '/properties/station: expected the address of a station (…/stations/KFLL), found "somewhere"',
  ],
  [
    feature({ periods: [{ windSpeed: "a breeze" }] }),
    '/properties/periods/0/windSpeed: expected a wind speed such as 5 to 10 mph, found "a breeze"',
  ],
  [
    feature({ periods: [{ windDirection: "up" }] }),
    '/properties/periods/0/windDirection: expected a point of the compass such as SW, found "up"',
  ],
  [
    feature({ "@type": "wx:Gridpoint", temperature: { values: [{ validTime: "now/PT1H" }] } }),
    '/properties/temperature/values/0/validTime: expected a time and a duration such as 2022-02-03T21:00:00+00:00/PT1H, found "now/PT1H"',
  ],
  [
    feature({ "@type": "wx:Gridpoint", temperature: { values: [{ validTime: null }] } }),
    "/properties/temperature/values/0/validTime: expected a time and a duration such as 2022-02-03T21:00:00+00:00/PT1H, found null",
  ],
  [
    { error: true, reason: "Cannot initialize" },
    '/reason: expected a forecast, not an error, found "Cannot initialize"',
  ],
  [
    { ...place, current: { weather_code: 4 } },
    "/current/weather_code: expected a WMO weather code, 0 to 99, found 4",
  ],
  [
    { ...place, current: { temperature_2m: 4 } },
    "/current_units/temperature_2m: expected a unit of temperature (degC, °C, C, degF, °F, F, K), found nothing",
  ],
  [
    { ...place, hourly: { time: Array.from({ length: 10_001 }, () => null) } },
    "/hourly/time: expected at most 10000 items, found a list of 10001",
  ],
  [{ ...place, latitude: true }, "/latitude: expected a number, found true"],
])("the body %j is malformed", (body, message) => {
  expect(() => readBody(body)).toThrow(BodyError);
  expect(() => readBody(body)).toThrow(message);
});

import { expect, test } from "vitest";
import { readBody } from "../../../plugins-wasm/weather/src/body/read-body.ts";
import { feature, observation, quantity } from "./weather-bodies.ts";

test("an observation has the shape of a METAR", () => {
  const body = feature(
    {
      "@type": "wx:ObservationStation",
      elevation: quantity(12, "wmoUnit:m"),
      station: "https://api.weather.gov/stations/XYZW",
      timestamp: "2024-02-29T23:30:00-01:15",
      textDescription: "Light Rain",
      presentWeather: [
        { intensity: "light", weather: "rain_showers", rawString: "-SHRA" },
        { intensity: null, weather: "blowing_snow", rawString: null },
        { intensity: null, weather: null, rawString: null },
      ],
      temperature: quantity(50, "wmoUnit:degF"),
      dewpoint: quantity("4.4", "unit:degC"),
      windDirection: quantity(200, "wmoUnit:degree_(angle)"),
      windSpeed: quantity(18.52, "wmoUnit:km_h-1"),
      windGust: quantity(10, "unit:m_s-1"),
      barometricPressure: quantity(100_540, "wmoUnit:Pa"),
      seaLevelPressure: quantity(null, "wmoUnit:Pa"),
      visibility: quantity(9660, "wmoUnit:m"),
      relativeHumidity: quantity(67.6, "wmoUnit:percent"),
      precipitationLastHour: quantity(0.8, "wmoUnit:mm"),
      cloudLayers: [
        { base: quantity(760, "wmoUnit:m"), amount: "BKN" },
        { base: quantity(null, "wmoUnit:m"), amount: "CLR" },
      ],
    },
    { type: "Point", coordinates: [-80.15, 26.07] },
  );
  expect(readBody(body)).toEqual({
    source: "nws",
    place: { latitudeDeg: 26.07, longitudeDeg: -80.15, elevationM: 12 },
    observations: [
      {
        station: "XYZW",
        day: 1,
        hhmm: "0045",
        time: "2024-03-01T00:45Z",
        windDirDeg: 200,
        windKt: 10,
        gustKt: 19.4,
        visM: 9660,
        weather: ["-SHRA", ""],
        weatherText: ["light showers of rain", "blowing snow"],
        sky: [{ cover: "BKN", baseFt: 2500 }, { cover: "CLR" }],
        tempC: 10,
        dewC: 4.4,
        pressHPa: 1005.4,
        relativeHumidityPct: 68,
        precip1hMm: 0.8,
        text: "Light Rain",
      },
    ],
  });
});

test("an observation without values has only its lists, and a calm has no other direction", () => {
  const { observations } = readBody(observation({ windSpeed: quantity(null, "wmoUnit:kt") }));
  expect(observations).toEqual([{ weather: [], weatherText: [], sky: [] }]);
  const calm = readBody(
    observation({ windSpeed: quantity(0, "wmoUnit:kt"), windDirection: quantity(90, "°") }),
  );
  expect(calm.observations).toMatchObject([{ windDirDeg: 0, windKt: 0 }]);
});

test.each([
  ["temperature", quantity(273.15, "wmoUnit:K"), { tempC: 0 }],
  ["windSpeed", quantity(10, "unit:mi_h-1"), { windKt: 8.7 }],
  ["barometricPressure", quantity(29.92, "unit:inHg"), { pressHPa: 1013.2 }],
  ["barometricPressure", quantity(101.3, "unit:kPa"), { pressHPa: 1013 }],
  ["visibility", quantity(10, "unit:mi"), { visM: 16093 }],
  ["visibility", quantity(10, "unit:km"), { visM: 10_000 }],
  ["precipitationLastHour", quantity(0.0025, "unit:m"), { precip1hMm: 2.5 }],
  ["precipitationLastHour", quantity(0.1, "unit:inch"), { precip1hMm: 2.54 }],
])("%s is converted from the unit it came in", (name, value, fields) => {
  expect(readBody(observation({ [name]: value })).observations).toMatchObject([fields]);
});

test("a collection is observations or alerts, and may be empty", () => {
  const alert = {
    "@type": "wx:Alert",
    event: "Flood Watch",
    severity: "Severe",
    headline: "Flood Watch until Sunday",
    areaDesc: "Coast",
    onset: "2019-12-20T13:34:00-08:00",
    ends: null,
    expires: "2019-12-21T05:30:00-08:00",
  };
  const collection = { type: "FeatureCollection", features: [feature(alert)] };
  expect(readBody(collection)).toEqual({
    source: "nws",
    observations: [],
    alerts: [
      {
        event: "Flood Watch",
        severity: "Severe",
        headline: "Flood Watch until Sunday",
        area: "Coast",
        from: "2019-12-20T21:34Z",
        until: "2019-12-21T13:30Z",
      },
    ],
  });
  expect(readBody({ type: "FeatureCollection", features: [] })).toEqual({
    source: "nws",
    observations: [],
  });
});

test("an alert without times is in force until further notice", () => {
  const alert = feature({ "@type": "wx:Alert", event: "Test" });
  expect(readBody({ type: "FeatureCollection", features: [alert] }).alerts).toEqual([
    { event: "Test" },
  ]);
});

test("a forecast has periods with the same names as an observation", () => {
  const period = {
    name: "Tonight",
    startTime: "2019-10-13T18:00:00-04:00",
    endTime: "2019-10-14T06:00:00-04:00",
    temperature: 68,
    temperatureUnit: "F",
    probabilityOfPrecipitation: quantity(20, "wmoUnit:percent"),
    dewpoint: quantity(5, "wmoUnit:degC"),
    windSpeed: "5 to 10 mph",
    windDirection: "SSW",
    shortForecast: "Mostly Clear",
  };
  const newer = {
    name: "",
    temperature: quantity(20, "wmoUnit:degC"),
    windSpeed: quantity(10, "wmoUnit:km_h-1"),
    windGust: "30 km/h",
    windDirection: quantity(90, "wmoUnit:degree_(angle)"),
  };
  const geometry = {
    type: "GeometryCollection",
    geometries: [{ type: "Polygon" }, { type: "Point", coordinates: [-84.9, 29.9] }],
  };
  const lists = { weather: [], weatherText: [], sky: [] };
  expect(readBody(feature({ periods: [period, newer] }, geometry))).toEqual({
    source: "nws",
    place: { latitudeDeg: 29.9, longitudeDeg: -84.9 },
    observations: [],
    periods: [
      {
        name: "Tonight",
        from: "2019-10-13T22:00Z",
        until: "2019-10-14T10:00Z",
        windDirDeg: 203,
        windKt: 8.7,
        tempC: 20,
        dewC: 5,
        precipProbabilityPct: 20,
        text: "Mostly Clear",
        ...lists,
      },
      { windDirDeg: 90, windKt: 5.4, gustKt: 16.2, tempC: 20, ...lists },
    ],
  });
});

test.each([
  ["N", "12 kt", { windDirDeg: 360, windKt: 12 }],
  ["", "5 m/s", { windKt: 9.7 }],
  ["E", "0 mph", { windDirDeg: 0, windKt: 0 }],
])("a forecast wind of %s %s is read", (windDirection, windSpeed, fields) => {
  expect(readBody(feature({ periods: [{ windDirection, windSpeed }] })).periods).toEqual([
    { ...fields, weather: [], weatherText: [], sky: [] },
  ]);
});

function layer(uom: string, ...values: readonly (readonly [string, number | null])[]): object {
  return { uom, values: values.map(([validTime, value]) => ({ validTime, value })) };
}

test("the layers of a grid are brought to common periods", () => {
  const body = feature({
    "@type": "wx:Gridpoint",
    temperature: layer(
      "wmoUnit:degC",
      ["2022-02-03T22:00:00+00:00/PT1H", 21],
      ["2022-02-03T21:00:00+00:00/PT1H", 22.5],
    ),
    windSpeed: layer("wmoUnit:km_h-1", ["2022-02-03T21:00:00+00:00/PT1H30M", 18.52]),
    skyCover: layer("wmoUnit:percent", ["2022-02-03T23:00:00+00:00/P1DT1H", null]),
  });
  const lists = { weather: [], weatherText: [], sky: [] };
  expect(readBody(body).periods).toEqual([
    { from: "2022-02-03T21:00Z", until: "2022-02-03T22:00Z", windKt: 10, tempC: 22.5, ...lists },
    { from: "2022-02-03T22:00Z", until: "2022-02-03T22:30Z", windKt: 10, tempC: 21, ...lists },
    { from: "2022-02-03T22:30Z", until: "2022-02-03T23:00Z", tempC: 21, ...lists },
  ]);
});

test("a point has a place", () => {
  const near = { properties: { city: "Sumatra", state: "FL" } };
  const point = { "@type": "wx:Point", relativeLocation: near };
  expect(readBody(feature(point, { type: "Point", coordinates: [-85, 30] }))).toEqual({
    source: "nws",
    place: { name: "Sumatra, FL", latitudeDeg: 30, longitudeDeg: -85 },
    observations: [],
  });
  const city = { "@type": "wx:Point", relativeLocation: { properties: { city: "Sumatra" } } };
  const nowhere = { type: "GeometryCollection", geometries: [] };
  expect(readBody(feature(city, nowhere)).place).toEqual({ name: "Sumatra" });
});
